"""A SLURM of one node with accounting and GPUs, in a folder of its own, for the tests of the SLURM profile.

    python tests/helpers/slurm_cluster.py install         install the Debian packages that it needs
    python tests/helpers/slurm_cluster.py start FOLDER    print the variables that commands need to find it
    python tests/helpers/slurm_cluster.py stop FOLDER     end its daemons and remove the folder

It needs root and the programs of the Debian packages below. It writes nowhere but in FOLDER and listens at
free ports of this machine, so that it leaves alone a SLURM that is there already. Its GPUs are other devices:
SLURM counts and grants them, nothing computes there. A job that takes more memory than it asks for is killed.
"""

import argparse
import os
import secrets
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from daemons import DaemonError, Daemons, free_ports, last_line

PACKAGES = ("munge", "slurm-wlm", "slurmdbd", "slurm-wlm-mysql-plugin", "mariadb-server")
PROGRAMS = ("munged", "mariadbd", "mariadb-install-db", "slurmdbd", "slurmctld", "slurmd", "sbatch", "sacct")
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"  # a person's PATH often leaves these out
ACCOUNT, PARTITION, GPU_PARTITION = "my_account", "my_partition", "my_gpu_partition"
TEMPLATES = Path(__file__).parent / "slurm"


def missing_programs() -> list[str]:
    """Return the programs that this machine lacks."""
    return [program for program in PROGRAMS if shutil.which(program, path=PATH) is None]


def install() -> None:
    """Install the Debian packages, if a program is missing; raises DaemonError where that fails."""
    if not missing_programs():
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
        done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise DaemonError(f"apt-get {command[0]} failed: {last_line(done.stdout + done.stderr)}")


def variables(folder: Path) -> dict[str, str]:
    """Return the environment variables under which SLURM's commands talk to the cluster in a folder."""
    return {"SLURM_CONF": f"{folder}/slurm.conf", "PATH": f"{folder}/bin:{PATH}"}


def start(folder: Path) -> dict[str, str]:
    """Start all daemons in a new folder; return the environment variables for its commands.

    Raises DaemonError, after ending what it started, when a daemon doesn't come up.
    """
    if os.getuid() != 0:
        raise DaemonError("only root can start a SLURM")
    if missing := missing_programs():
        raise DaemonError(f"not installed: {', '.join(missing)} (packages {' '.join(PACKAGES)})")
    if (folder / "slurm.conf").exists():
        raise DaemonError(f"{folder} holds a cluster already: stop it first")
    _write_files(folder)
    daemons = _daemons(folder)
    try:
        _start(daemons, folder)
    except BaseException:
        daemons.end()
        raise
    return variables(folder)


def stop(folder: Path) -> None:
    """End the jobs and daemons of the cluster in a folder, and remove the folder."""
    if not (folder / "slurm.conf").exists():
        raise DaemonError(f"{folder} holds no cluster")
    daemons = _daemons(folder)
    daemons.ask("scancel", "--user=root")
    daemons.end()
    shutil.rmtree(folder)


def _daemons(folder: Path) -> Daemons:
    # slurmdbd has no setting for the database's socket; the client library reads this variable.
    database = {"MYSQL_UNIX_PORT": f"{folder}/mariadb.socket"}
    return Daemons(folder, {**os.environ, **variables(folder), **database})


def _write_files(folder: Path) -> None:
    for name in ("state", "spool", "database", "bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    values = free_ports("slurmctld", "slurmd", "slurmdbd")
    values |= {
        "folder": folder,
        "cpus": len(os.sched_getaffinity(0)),
        "srun": shutil.which("srun", path=PATH),
    }
    for name in ("slurm.conf", "slurmdbd.conf", "gres.conf", "srun"):
        (folder / name).write_text((TEMPLATES / name).read_text().format(**values))
    (folder / "srun").rename(folder / "bin" / "srun")
    (folder / "munge.key").write_bytes(secrets.token_bytes(128))
    for name, mode in {"munge.key": 0o600, "slurmdbd.conf": 0o600, "bin/srun": 0o755}.items():
        (folder / name).chmod(mode)


def _start(daemons: Daemons, folder: Path) -> None:
    database = ("--no-defaults", f"--datadir={folder}/database", "--user=root")
    daemons.call("mariadb-install-db", *database, "--auth-root-authentication-method=socket")
    munge_files = (f"--{name}-file={folder}/munge.{name}" for name in ("key", "pid", "seed", "log"))
    daemons.launch("munged", "--foreground", "--force", f"--socket={folder}/munge.socket", *munge_files)
    mariadb = f"--socket={folder}/mariadb.socket"
    daemons.launch("mariadbd", *database, mariadb, "--skip-networking", f"--pid-file={folder}/mariadb.pid")
    daemons.wait("munged", "munge", "--no-input", f"--socket={folder}/munge.socket")
    daemons.wait("mariadbd", "mariadb", "--no-defaults", mariadb, "--execute=select 1")
    daemons.launch("slurmdbd", "-D")
    daemons.wait("slurmdbd", "sacctmgr", "--noheader", "show", "cluster")
    for added in (["cluster", "local"], ["account", ACCOUNT], ["user", "root", f"account={ACCOUNT}"]):
        daemons.call("sacctmgr", "--immediate", "add", *added)
    daemons.launch("slurmctld", "-D")
    daemons.wait("slurmctld", "scontrol", "ping")
    daemons.launch("slurmd", "-D", "-N", "localhost")
    daemons.wait("slurmd", "sinfo", "--noheader", "--states=idle", "--format=%T", answer="idle")


def main() -> None:
    parser = argparse.ArgumentParser(description="Install, start or stop a SLURM of one node for tests.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install")
    for command in ("start", "stop"):
        commands.add_parser(command).add_argument("folder", type=lambda text: Path(text).resolve())
    arguments = parser.parse_args()
    try:
        if arguments.command == "install":
            install()
        elif arguments.command == "stop":
            stop(arguments.folder)
        else:
            for name, value in start(arguments.folder).items():
                print(f"export {name}={shlex.quote(value)}")
    except DaemonError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
