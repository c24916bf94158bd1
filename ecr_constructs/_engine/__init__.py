"""The engine, and the only part that imports one, CDKTF or `cdktn`, and its bindings of the AWS provider.

Everything else takes the engine's names from `door`, and the provider's resources from `aws`, so that the engine can be
exchanged in one place.

- `which`: which of the two engines a program works with.
- `door`: what is used of the engine.
- `aws`: what is used of the provider's bindings, each loaded when it is first asked for.
- `lacking`: resources that the bindings may lack, made of the engine alone.
- `made`: resources whose texts Terraform reads as they were given.
- `addresses`: Terraform names that were chosen, given to elements.
- `unchecked`: resources made without the checks of types that our own arguments do not need.
- `synthesis`: stacks of a running program as documents.
- `lazy`: what makes the bindings load what a program uses, and nothing else.
"""
