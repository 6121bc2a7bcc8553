//! Programs that run another program, and how their own words end. Facts from their manuals.

/// Which options of a wrapper take a value.
#[derive(Clone, Copy, Debug)]
pub enum Options {
    /// These take one; all others are switches.
    Valued(&'static [&'static str]),
    /// All take one except these.
    Switches(&'static [&'static str]),
}

/// What stands between a wrapper's options and the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// So many words: a host, an image, a duration.
    Words(usize),
    /// `NAME=value` words.
    Assignments,
    /// Everything up to `--`.
    Dashes,
}

/// How the command stands behind that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// As words.
    Words,
    /// As shell text in one word, or as words.
    Shell,
    /// As words that are typed: each of several words is shell text.
    Typed,
}

/// One program that runs another.
#[derive(Clone, Copy, Debug)]
pub struct Wrapper {
    /// Its name and subcommands.
    pub names: &'static [&'static str],
    /// Its options.
    pub options: Options,
    /// Options whose value is `NAME=value` for the command.
    pub variables: &'static [&'static str],
    /// What stands before the command.
    pub before: Before,
    /// How the command stands.
    pub rest: Rest,
}

const fn wrapper(names: &'static [&'static str], options: Options, before: Before) -> Wrapper {
    Wrapper { names, options, variables: &[], before, rest: Rest::Words }
}

const fn shell(names: &'static [&'static str], valued: &'static [&'static str], words: usize) -> Wrapper {
    Wrapper { rest: Rest::Shell, ..wrapper(names, Options::Valued(valued), Before::Words(words)) }
}

const fn valued(names: &'static [&'static str], options: &'static [&'static str], words: usize) -> Wrapper {
    wrapper(names, Options::Valued(options), Before::Words(words))
}

/// `docker run` and its like: an image stands before the command.
const fn container(names: &'static [&'static str]) -> Wrapper {
    Wrapper {
        variables: &["-e", "--env"],
        ..wrapper(names, Options::Switches(CONTAINER_SWITCHES), Before::Words(1))
    }
}

/// The switches of `docker run`, `docker exec`, `docker compose run` and `exec`, and of podman's.
const CONTAINER_SWITCHES: &[&str] = &[
    "-d",
    "-i",
    "-t",
    "-P",
    "-q",
    "-T",
    "--build",
    "--detach",
    "--disable-content-trust",
    "--dry-run",
    "--help",
    "--init",
    "--interactive",
    "--latest",
    "--no-deps",
    "--no-healthcheck",
    "--no-hosts",
    "--no-TTY",
    "--no-tty",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--quiet-build",
    "--quiet-pull",
    "--read-only",
    "--remove-orphans",
    "--replace",
    "--rm",
    "--rmi",
    "--rootfs",
    "--service-ports",
    "--sig-proxy",
    "--tls-verify",
    "--tty",
    "--use-aliases",
    "--use-api-socket",
];

const SSH: &[&str] = &[
    "-B", "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-P", "-p",
    "-Q", "-R", "-S", "-W", "-w",
];

const SRUN: &[&str] = &[
    "-A",
    "-c",
    "-C",
    "-D",
    "-e",
    "-G",
    "-i",
    "-J",
    "-m",
    "-n",
    "-N",
    "-o",
    "-p",
    "-q",
    "-t",
    "-w",
    "-x",
    "--account",
    "--constraint",
    "--container-image",
    "--container-mounts",
    "--container-name",
    "--container-workdir",
    "--cpu-bind",
    "--cpus-per-gpu",
    "--cpus-per-task",
    "--error",
    "--exclude",
    "--export",
    "--gpus",
    "--gpus-per-node",
    "--gpus-per-task",
    "--gres",
    "--input",
    "--job-name",
    "--jobid",
    "--mem",
    "--mpi",
    "--nodelist",
    "--nodes",
    "--ntasks",
    "--ntasks-per-node",
    "--output",
    "--partition",
    "--qos",
    "--relative",
    "--time",
];

const MPI: &[&str] = &[
    "-c",
    "-f",
    "-H",
    "-hostfile",
    "-machinefile",
    "-mca",
    "--mca",
    "-n",
    "-N",
    "-np",
    "-npernode",
    "-ppn",
    "-wdir",
    "--bind-to",
    "--host",
    "--hostfile",
    "--map-by",
    "--n",
    "--np",
    "--npernode",
    "--rank-by",
    "--wdir",
];

const NSYS: &[&str] = &[
    "-b",
    "-c",
    "-d",
    "-e",
    "-f",
    "-o",
    "-p",
    "-s",
    "-t",
    "-w",
    "-x",
    "-y",
    "--backtrace",
    "--capture-range",
    "--capture-range-end",
    "--cuda-graph-trace",
    "--cuda-memory-usage",
    "--delay",
    "--duration",
    "--force-overwrite",
    "--output",
    "--sample",
    "--stats",
    "--trace",
    "--trace-fork-before-exec",
];

const NCU: &[&str] = &[
    "-c",
    "-i",
    "-k",
    "-o",
    "-p",
    "-s",
    "--app-replay-buffer",
    "--app-replay-match",
    "--app-replay-mode",
    "--cache-control",
    "--clock-control",
    "--config-file-path",
    "--devices",
    "--export",
    "--graph-profiling",
    "--import",
    "--kernel-id",
    "--kernel-name",
    "--kernel-name-base",
    "--kill",
    "--launch-count",
    "--launch-skip",
    "--launch-skip-before-match",
    "--log-file",
    "--metrics",
    "--mode",
    "--nvtx-exclude",
    "--nvtx-include",
    "--page",
    "--print-details",
    "--print-summary",
    "--print-units",
    "--profile-from-start",
    "--range-filter",
    "--range-replay-options",
    "--replay-mode",
    "--section",
    "--section-folder",
    "--set",
    "--target-processes",
    "--target-processes-filter",
];

const UV: &[&str] = &[
    "-p",
    "-w",
    "--cache-dir",
    "--config-file",
    "--directory",
    "--env-file",
    "--extra",
    "--from",
    "--group",
    "--index",
    "--index-url",
    "--extra-index-url",
    "--only-group",
    "--package",
    "--project",
    "--python",
    "--with",
    "--with-editable",
    "--with-requirements",
];

const TMUX: &[&str] = &["-c", "-e", "-F", "-f", "-L", "-n", "-S", "-s", "-t", "-x", "-y"];

/// All wrappers; of two that begin alike the one with more names comes first.
pub static WRAPPERS: &[Wrapper] = &[
    wrapper(&["env"], Options::Valued(&["-u", "--unset", "-C", "--chdir"]), Before::Assignments),
    wrapper(
        &["sudo"],
        Options::Valued(&["-C", "-D", "-g", "-h", "-p", "-R", "-r", "-T", "-t", "-u", "--group", "--user"]),
        Before::Assignments,
    ),
    valued(&["nohup"], &[], 0),
    valued(&["setsid"], &[], 0),
    valued(&["command"], &[], 0),
    valued(&["builtin"], &[], 0),
    valued(&["exec"], &["-a"], 0),
    valued(&["time"], &["-f", "-o", "--format", "--output"], 0),
    valued(&["nice"], &["-n", "--adjustment"], 0),
    valued(&["ionice"], &["-c", "-n", "--class", "--classdata"], 0),
    valued(&["stdbuf"], &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    valued(&["timeout"], &["-k", "-s", "--kill-after", "--signal"], 1),
    valued(&["taskset"], &[], 1),
    valued(
        &["numactl"],
        &[
            "-C",
            "-i",
            "-m",
            "-N",
            "-p",
            "--cpunodebind",
            "--interleave",
            "--membind",
            "--physcpubind",
            "--preferred",
        ],
        0,
    ),
    valued(&["srun"], SRUN, 0),
    Wrapper { variables: &["-x"], ..valued(&["mpirun"], MPI, 0) },
    Wrapper { variables: &["-x"], ..valued(&["mpiexec"], MPI, 0) },
    valued(&["nsys", "profile"], NSYS, 0),
    valued(&["nsys", "launch"], NSYS, 0),
    valued(&["ncu"], NCU, 0),
    valued(&["uv", "run"], UV, 0),
    valued(&["uvx"], UV, 0),
    valued(&["uv", "tool", "run"], UV, 0),
    valued(&["poetry", "run"], &[], 0),
    valued(&["pdm", "run"], &[], 0),
    valued(&["pipenv", "run"], &[], 0),
    valued(&["pixi", "run"], &["-e", "--environment"], 0),
    valued(&["conda", "run"], &["-n", "-p", "--cwd", "--name", "--prefix"], 0),
    valued(&["mamba", "run"], &["-n", "-p", "--cwd", "--name", "--prefix"], 0),
    valued(&["micromamba", "run"], &["-n", "-p", "--cwd", "--name", "--prefix"], 0),
    shell(&["ssh"], SSH, 1),
    wrapper(&["kubectl", "exec"], Options::Valued(&[]), Before::Dashes),
    wrapper(&["kubectl", "run"], Options::Valued(&[]), Before::Dashes),
    wrapper(&["oc", "exec"], Options::Valued(&[]), Before::Dashes),
    container(&["docker", "compose", "run"]),
    container(&["docker", "compose", "exec"]),
    container(&["docker", "container", "run"]),
    container(&["docker", "container", "exec"]),
    container(&["docker", "run"]),
    container(&["docker", "exec"]),
    container(&["docker-compose", "run"]),
    container(&["docker-compose", "exec"]),
    container(&["podman", "run"]),
    container(&["podman", "exec"]),
    container(&["nerdctl", "run"]),
    container(&["nerdctl", "exec"]),
    Wrapper { variables: &["--env"], ..valued(&["apptainer", "exec"], APPTAINER, 1) },
    Wrapper { variables: &["--env"], ..valued(&["singularity", "exec"], APPTAINER, 1) },
    shell(&["tmux", "new-session"], TMUX, 0),
    shell(&["tmux", "new"], TMUX, 0),
    shell(&["tmux", "new-window"], TMUX, 0),
    Wrapper { rest: Rest::Typed, ..shell(&["tmux", "send-keys"], TMUX, 0) },
    shell(&["screen"], &["-c", "-e", "-h", "-p", "-r", "-S", "-s", "-t", "-T"], 0),
    shell(&["watch"], &["-n", "--interval"], 0),
    shell(&["eval"], &[], 0),
];

const APPTAINER: &[&str] =
    &["-B", "-H", "-W", "--bind", "--env-file", "--home", "--mount", "--overlay", "--pwd", "--workdir"];
