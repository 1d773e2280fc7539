"""Jupyter kernels without the wait for torch: one process imports it, and every kernel is a fork of that process.

    python forked_kernel.py SOCKET                    # imports, then forks a kernel for each that asks
    python forked_kernel.py SOCKET -f CONNECTION      # asks, and lasts as long as its kernel: what Jupyter starts, waits for and kills
"""
import json
import os
import signal
import socket
import sys
import threading


def ask(path: str, arguments: list[str]) -> None:
    "Have a kernel forked; the open connection says that both ends live."
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        line.sendall(json.dumps([arguments, os.getcwd(), dict(os.environ)]).encode() + b"\n")
        line.recv(1)


def be_kernel(line: socket.socket) -> None:
    "Run a kernel for the one at the other end, and end with it."
    from ipykernel.kernelapp import IPKernelApp
    arguments, folder, environment = json.loads(line.makefile().readline())
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))  # whose end would be the kernel's
    os.chdir(folder)
    threading.Thread(target=lambda: line.recv(1) or os._exit(0), daemon=True).start()
    IPKernelApp.launch_instance(arguments)


def serve(path: str) -> None:
    "Import what the lessons import, then fork."
    import ipykernel.kernelapp  # noqa: F401
    import ipywidgets  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import sklearn.metrics  # noqa: F401
    import torchvision  # noqa: F401
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        print("kernels: ready", flush=True)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                be_kernel(line)
                os._exit(0)
            line.close()


if __name__ == "__main__": ask(sys.argv[1], sys.argv[2:]) if sys.argv[2:] else serve(sys.argv[1])
