"""Before the tests: bring Debian's chromium and a Chinese font where that may be done; else say what is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from typst import Fonts

PACKAGES = ["chromium", "fonts-noto-cjk"]


def main() -> None:
    """Install the browser when this is Debian and we are root; the browser tests skip themselves without one."""
    if shutil.which("chromium") and any("CJK" in name for name in Fonts().families()):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print("no chromium or no Chinese font, and no right to install them: some tests are skipped", file=sys.stderr)
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *PACKAGES]):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode:
            print(f"{' '.join(command)} failed: some tests will be skipped", file=sys.stderr)
            return


if __name__ == "__main__":
    main()
