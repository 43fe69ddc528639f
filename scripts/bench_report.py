#!/usr/bin/env python3
"""bench_report.py <folder of Google Benchmark's JSON> [--write <folder>]: prints one table (case, ours, reference, ratio,
peers); with --write also <folder>/RESULTS.md, with the machine's description, and plots in <folder>/results, by gnuplot."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess

PROGRAMS = {
    "training_step_bench": "Training step: record, loss, sweep, Adam (float, one thread)",
    "libtorch_bench": "Training step beside libtorch",
    "parallel_bench": "One thread and two: gradient and training step (float)",
    "scalar_bench": "Scalar programs, recorded anew each time (double)",
    "adolc_bench": "Scalar programs beside ADOL-C",
    "array_bench": "Arrays: reductions and elementwise chains (double)",
    "matrix_bench": "Matrices (double)",
    "derivatives_bench": "Jacobians, Hessians and products with them (double)",
    "multiplication_order_bench": "The order of multiplication (double)",
    "optimizers_bench": "Optimizers (float)",
    "checkpoint_bench": "Checkpoints",
    "memory_bench": "Memory",
    "compile": "Compile times and sizes",
}
NOTES = """Times are medians of runs that take turns in one process: ours, the reference, every peer, and again; of three such times in
a full run, spread over that of the program, the median. The ratio is that of ours to the reference, the median over the
turns; a peer's, in brackets, is how many times *its* time is ours (below 1: it is faster). Every gradient is compared with
the others, and with differences, before it is timed.

- **function** is the same function of plain Eigen, compiled for this processor and written as well as we can; **loop** a
  loop over doubles, **scalar_gradient** our gradient of that loop; **by_hand** value and gradient written without a
  library.
- **floor** of a training step are its bare matrix products through the engine's kernels, **eigen_floor** through Eigen's.
  **by_hand** and **eigen** are a step written by hand with either's products.
- **one** thread; **two** threads, each with a tape for half of the batch; **products**: one tape, whose large products two
  threads share. The ratio is how many times faster two are.
- A **product** with the Hessian is recorded anew each time, as the gradient is; **alone** is a call that has a tape of its
  own; **operator** records the gradient of the gradient and sweeps once; **again** only sweeps.
- **adolc** traces the function anew each time, as ours is recorded anew; **adolc_kept** uses a trace again. Its cases come in
  the order of the table, each three times in a row: after a large trace, ADOL-C takes as long for small ones.
"""


def time_text(microseconds):
    """Three digits in the unit that fits."""
    for limit, factor, unit in ((1, 1e3, "ns"), (1e3, 1, "µs"), (1e6, 1e-3, "ms"), (float("inf"), 1e-6, "s")):
        if microseconds < limit:
            return f"{microseconds * factor:#.3g}".rstrip(".") + " " + unit
    raise AssertionError


def number_text(x):
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.3g}"


def run_name(entry):
    """The name without what it was aggregated by."""
    return entry.get("run_name", entry["name"])


class Case:
    """One benchmark: its name without decoration, the times by role, whatever else was counted."""

    OWN = {"name", "run_name", "run_type", "aggregate_name", "aggregate_unit", "repetitions", "repetition_index", "threads",
           "iterations", "real_time", "cpu_time", "time_unit", "label", "family_index",
           "per_family_instance_index", "error_occurred", "error_message"}

    def __init__(self, entry):
        self.name = re.sub(r"/real_time$", "", run_name(entry)).replace("/process_time", "")
        self.error = entry.get("error_message")
        self.roles = entry.get("label", "").split(";")[0].split()
        self.times = {role: entry[role + "_us"] for role in self.roles if role + "_us" in entry}
        self.ratio = entry.get("ratio")
        self.peers = {role: entry[role + "_ratio"] for role in self.roles[2:] if role + "_ratio" in entry}
        shown = {r + s for r in self.roles for s in ("_us", "_ratio")} | {"ratio", "variables"}
        if "function" in self.roles:
            shown.add("tape_kB")
        self.others = {k: v for k, v in entry.items() if k not in self.OWN and k not in shown and isinstance(v, (int, float))}
        self.size = int(m.group(1)) if (m := re.search(r"/(?:n:|d:|c:|length:)?(\d+)$", self.name)) else None
        self.function = m.group(1) if (m := re.search(r"<(\w+)>", self.name)) else self.name.split("/")[0]

    def cells(self):
        if self.error:
            return [self.name, "wrong", self.error, "", ""]
        ours, reference, ratio = "", "", ""
        if len(self.times) >= 2:
            ours, reference = (time_text(self.times[role]) for role in self.roles[:2])
            ours, reference = f"{ours} {self.roles[0]}", f"{reference} {self.roles[1]}"
            ratio = f"{self.ratio:.3g}"
        more = [f"{role} {time_text(self.times[role])} ({ratio:.2g})" for role, ratio in self.peers.items()]
        more += [f"{name} {number_text(value)}" for name, value in self.others.items()]
        return [self.name, ours, reference, ratio, "; ".join(more)]


def one_of_each(entries):
    """Of a case that was repeated, the medians of its repetitions, or the error in one; in the order of the program."""
    chosen = {}
    for entry in entries:
        before = chosen.setdefault(run_name(entry), entry)
        if "error_message" not in before and (entry.get("aggregate_name") == "median" or "error_message" in entry):
            chosen[run_name(entry)] = entry
    return sorted(chosen.values(), key=lambda e: (e.get("family_index", 0), e.get("per_family_instance_index", 0)))


HEAD = ["case", "ours", "reference", "ratio", "peers (their time ÷ ours), counts"]


def table(rows):
    """Columns aligned for a terminal."""
    widths = [max(len(row[i]) for row in [HEAD] + rows) for i in range(len(HEAD) - 1)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths)) + "  " + row[-1] for row in [HEAD] + rows)


def markdown(rows):
    escaped = [[cell.replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in [HEAD] + escaped]
    lines.insert(1, "| --- | ---: | ---: | ---: | --- |")
    return "\n".join(lines)


def machine(context):
    def of(command):
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    cpu = dict(line.split(":", 1) for line in of(["lscpu"]).splitlines() if ":" in line)
    flags = cpu.get("Flags", "").split()
    vectors = next((v for v, f in (("AVX-512", "avx512f"), ("AVX2", "avx2"), ("SSE2", "sse2")) if f in flags), "")
    packages = {"Eigen": "libeigen3-dev", "libtorch": "libtorch-dev", "ADOL-C": "libadolc-dev"}
    versions = {n: of(["dpkg-query", "--show", "--showformat=${Version}", p]) for n, p in packages.items()}
    lines = [
        f"- {context['num_cpus']} × {cpu.get('Model name', 'processor').strip()}, {vectors}; caches "
        + ", ".join(f"L{c['level']} {c['type'][0].lower()} {c['size'] // 1024} KiB" for c in context["caches"]),
        f"- {of(['uname', '-sr'])}, {of(['g++', '--version']).splitlines()[0]}, "
        + ", ".join(f"{n} {v}" for n, v in versions.items() if v),
        f"- {context['date']}, commit {of(['git', 'rev-parse', '--short', 'HEAD'])}, load before the run "
        + ", ".join(f"{x:.1f}" for x in context["load_avg"]),
    ]
    return "\n".join(lines)


# ---- plots ------------------------------------------------------------------------------------------------------------


def gnuplot(path, commands, blocks):
    """Runs gnuplot with inline data blocks: name → rows of numbers."""
    data = "".join(f"${name} << EOD\n" + "\n".join(" ".join(map(str, r)) for r in rows) + "\nEOD\n" for name, rows in blocks.items())
    head = f"set terminal svg size 1000,640 font 'sans,13' background 'white'\nset output '{path}'\nset grid\nset key outside right top noenhanced\nset format '%h'\n"
    subprocess.run(["gnuplot"], input=head + data + commands, text=True, check=True)


def lines_of(series):
    return "plot " + ", ".join(f"$s{i} using 1:2 with linespoints lw 2 title '{name}'" for i, name in enumerate(series))


def plot_lines(path, title, xlabel, ylabel, series):
    """series: name → points; both axes logarithmic."""
    series = {name: sorted(points) for name, points in series.items() if len(points) > 1}
    if not series:
        return None
    commands = f"set title '{title}'\nset xlabel '{xlabel}'\nset ylabel '{ylabel}'\nset logscale xy\nset format x '10^{{%L}}'\n" + lines_of(series)
    gnuplot(path, commands, {f"s{i}": points for i, points in enumerate(series.values())})
    return path.name


def time_plots(folder, cases):
    """Time against size for us and each peer: a plot a function."""
    by_function = {}
    for program in ("scalar_bench", "adolc_bench", "array_bench", "matrix_bench"):
        for case in cases.get(program, []):
            if case.size and case.times and "kept" not in case.name:
                series = by_function.setdefault(case.function, {})
                for role, microseconds in case.times.items():
                    if program != "adolc_bench" or role.startswith("adolc"):
                        series.setdefault(role, []).append((case.size, microseconds))
    for function, series in by_function.items():
        yield plot_lines(folder / f"time_{function}.svg", f"{function}: time", "n", "µs", series)


def cost_plots(folder, cases):
    for kind in ("array", "matrix", "scalar"):
        series = {}
        for case in cases.get(kind + "_bench", []):
            if case.size and case.roles[:2] == ["gradient", "function"]:
                series.setdefault(case.function, []).append((case.size, case.ratio))
        yield plot_lines(folder / f"cost_{kind}.svg", f"{kind} functions: cost of gradient ÷ cost of function", "n", "ratio", series)


def floor_plot(folder, cases):
    """Ratio to the floor of the training steps, a group of bars a network."""
    groups, roles = {}, ["step", "by_hand", "eigen", "libtorch"]
    for program in ("training_step_bench", "libtorch_bench"):
        for case in cases.get(program, []):
            if not case.times:
                continue
            bars = groups.setdefault(case.name.split("/", 1)[1], {})
            for role in roles:
                if role == "step" and role not in bars:
                    bars[role] = case.ratio
                elif role in case.peers:
                    bars[role] = case.peers[role] * case.ratio
    if not groups:
        return
    rows = [[f'"{name}"'] + [bars.get(role, "NaN") for role in roles] for name, bars in groups.items()]
    commands = ("set title 'training step ÷ its bare matrix products'\nset style data histogram\nset style fill solid 0.8\n"
                "set logscale y\nset yrange [0.9:*]\nset xtics rotate by -20 noenhanced\nset key inside top right\nplot "
                + ", ".join(f"$rows using {i + 2}:xtic(1) title '{role}'" for i, role in enumerate(roles)))
    gnuplot(folder / "floor.svg", commands, {"rows": rows})
    yield "floor.svg"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()

    cases, context = {}, None
    if unknown := {path.stem for path in arguments.results.glob("*.json")} - set(PROGRAMS):
        raise SystemExit("No title for the results of " + ", ".join(sorted(unknown)))
    for program in PROGRAMS:
        path = arguments.results / f"{program}.json"
        if path.exists() and path.stat().st_size:
            content = json.loads(path.read_text())
            context = context or content.get("context")
            cases[program] = [Case(entry) for entry in one_of_each(content["benchmarks"])]

    for program, of_program in cases.items():
        print(f"\n{PROGRAMS[program]}\n{table([case.cells() for case in of_program])}")
    wrong = [case.name for of_program in cases.values() for case in of_program if case.error]
    if arguments.write and context:
        folder = arguments.write / "results"
        folder.mkdir(parents=True, exist_ok=True)
        plots = []
        if shutil.which("gnuplot"):
            plots = [name for make in (cost_plots, floor_plot, time_plots) for name in make(folder, cases) if name]
        else:
            print("\nNo gnuplot: no plots.")
        text = [f"# Results\n\nBy `scripts/bench` on\n\n{machine(context)}\n\n{NOTES}"]
        text += [f"![{name[:-4]}](results/{name})" for name in plots]
        text += [f"\n## {PROGRAMS[p]}\n\n{markdown([case.cells() for case in c])}" for p, c in cases.items()]
        (arguments.write / "RESULTS.md").write_text("\n".join(text) + "\n")
        print(f"\nWritten: {arguments.write}/RESULTS.md and {len(plots)} plots")
    if wrong:
        raise SystemExit("Wrong results, not timed: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
