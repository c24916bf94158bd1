"""The service on ECS."""

from __future__ import annotations

import json

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_cluster import EcsCluster, EcsClusterSetting
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceNetworkConfiguration,
)
from cdktf_cdktf_provider_aws.ecs_task_definition import EcsTaskDefinition, EcsTaskDefinitionRuntimePlatform
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.security_group import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
from constructs import Construct
from ecr_constructs import EcsExecutionRole

from shop.images import DeployedImage
from shop.network import Network
from shop.policies import trusting

__all__ = ["WebService"]


class WebService(Construct):
    """A service on Fargate that answers within its VPC on one port.

    Attributes:
        service: The `aws_ecs_service` itself.
        task_definition: The `aws_ecs_task_definition` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        name: str,
        env: str,
        region: str,
        image: DeployedImage,
        network: Network,
        tasks: int,
        log_retention_days: int,
        container_port: int = 8080,
    ) -> None:
        """Make the service, with all that it needs.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            name: Name of the service, its task family and its container.
            env: Name of the environment, which what IAM and ECS have once in an account and region is called after.
            region: Region that logs are written to.
            image: What runs.
            network: Where it runs.
            tasks: How many tasks of it run.
            log_retention_days: How long logs are kept.
            container_port: Port that the container listens on; default 8080.
        """
        super().__init__(scope, id)
        full_name = f"{env}-{name}"
        logs = CloudwatchLogGroup(self, "Logs", name=f"/ecs/{full_name}", retention_in_days=log_retention_days)
        # By this role ECS pulls the image and writes logs. What the container itself may do says the task's role.
        execution = EcsExecutionRole(
            self,
            "Execution",
            role_name=f"{full_name}-execution",
            repositories=[image.repository],
            log_group_names=[f"/ecs/{full_name}"],
        )
        task_role = IamRole(
            self, "TaskRole", name=f"{full_name}-task", assume_role_policy=trusting("ecs-tasks.amazonaws.com")
        )
        container = {
            "name": name,
            "image": image.uri,
            "essential": True,
            "readonlyRootFilesystem": True,
            "portMappings": [{"containerPort": container_port, "hostPort": container_port, "protocol": "tcp"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": f"/ecs/{full_name}",
                    "awslogs-region": region,
                    "awslogs-stream-prefix": name,
                },
            },
        }
        self.task_definition = EcsTaskDefinition(
            self,
            "Task",
            family=full_name,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu="256",
            memory="512",
            execution_role_arn=execution.role_arn,
            task_role_arn=task_role.arn,
            runtime_platform=EcsTaskDefinitionRuntimePlatform(
                cpu_architecture="X86_64", operating_system_family="LINUX"
            ),
            container_definitions=json.dumps([container]),
        )
        cluster = EcsCluster(
            self, "Cluster", name=full_name, setting=[EcsClusterSetting(name="containerInsights", value="enabled")]
        )
        self.service = EcsService(
            self,
            "Service",
            name=name,
            cluster=cluster.arn,
            task_definition=self.task_definition.arn,
            desired_count=tasks,
            launch_type="FARGATE",
            platform_version="LATEST",
            propagate_tags="SERVICE",
            network_configuration=EcsServiceNetworkConfiguration(
                subnets=network.subnet_ids,
                security_groups=[self._security_group(full_name, network, container_port).id],
                assign_public_ip=False,
            ),
            # An image that does not start, or that is not there, takes the service back to the one before.
            deployment_circuit_breaker=EcsServiceDeploymentCircuitBreaker(enable=True, rollback=True),
            # By the ARN of the role alone, tasks would start before it may pull.
            depends_on=[execution.role_policy, logs],
        )

    def _security_group(self, name: str, network: Network, port: int) -> SecurityGroup:
        return SecurityGroup(
            self,
            "SecurityGroup",
            name=name,
            description=f"Tasks of {name}",
            vpc_id=network.vpc_id,
            ingress=[
                SecurityGroupIngress(
                    description="Requests from within the VPC",
                    protocol="tcp",
                    from_port=port,
                    to_port=port,
                    cidr_blocks=[network.cidr_block],
                )
            ],
            egress=[
                SecurityGroupEgress(
                    description="HTTPS, by which images are pulled and logs written",
                    protocol="tcp",
                    from_port=443,
                    to_port=443,
                    cidr_blocks=["0.0.0.0/0"],
                )
            ],
        )
