"""The pure core: names, documents and rules of Amazon ECR. It imports neither the engine nor boto3."""
