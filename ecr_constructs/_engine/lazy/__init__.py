"""What makes the AWS provider's bindings load what a program uses, and nothing else.

`ecr_constructs.fast` is its face. Importing this takes no engine along.

- `switches`: the environment variables, and the names of the bindings.
- `finder`: finds the bindings for Python, and gives what it found a lazy loader.
- `loader`: which loader that is.
- `python`: the package's Python half.
- `assembly`: the modules that load an assembly into jsii's kernel.
- `node`: the half in the kernel, which is JavaScript (`node.js`).
- `background`: the kernel and the engine, started while a program does something else.
- `kernel`: jsii's kernel, and the thread in which it comes up.
- `kernel_process`: the kernel as one Node process, where jsii takes two.
- `overrides`: what a class overrides, looked up once.
- `package_cache`: where jsii keeps what it unpacked, and doing without.
- `index`: waiting once for the index that jsii makes.
- `notice`: one line about an old Node in place of jsii's banner.
- `once`: what was done once for a user.
- `best_effort`: nothing that fails here reaches the program.
"""
