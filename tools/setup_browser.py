"Chromium for the tests that use a browser: installed with apt-get where that is possible; elsewhere those tests are skipped."
import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    "Say what is done, and never fail: a missing browser is no fault of the project."
    if any(map(shutil.which, NAMES)): return
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print(f"setup: no browser here ({', '.join(NAMES)}): the browser tests will be skipped; install Chromium to run them")
        return
    print("setup: installing Chromium for the browser tests (apt-get install chromium)", flush=True)
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if done.returncode: print(f"setup: apt-get failed ({done.stderr.strip()[-200:]}): the browser tests will be skipped")


if __name__ == "__main__": main()
