"""Holds Firsthand's figures against lifelines, statsmodels, scipy and numpy.

Started by run.sh with the program, the folder of public data and a folder to work in.
Each check reads the same file twice, once through `firsthand import` and `ask --json`,
once with pandas, and prints the two values side by side with the time of each.
"""

import json
import math
import os
import random
import subprocess
import sys
import time

import numpy
import pandas
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

PROGRAM, DATA, WORK = sys.argv[1:4]
failures = []


def run(folder, *args, zone="UTC"):
    """What the program writes, and how long it took."""
    began = time.perf_counter()
    done = subprocess.run([PROGRAM, "--data", os.path.join(WORK, folder), "--zone", zone, *args], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"firsthand {' '.join(args)}: {done.stderr}")
    return done.stdout, time.perf_counter() - began


def ask(folder, *args, zone="UTC"):
    """An answer as rows of cells by column name, and its time."""
    out, took = run(folder, "ask", *args, "--json", zone=zone)
    table = json.loads(out)
    names = [c["name"] for c in table["columns"]]
    return [dict(zip(names, row)) for row in table["rows"]], took


def timed(f):
    began = time.perf_counter()
    value = f()
    return value, time.perf_counter() - began


def head(title, ours, theirs):
    print(f"\n{title}\n  firsthand {ours:.2f} s (program start included), peer {theirs:.2f} s")
    print(f"  {'':<44}{'firsthand':>16}{'peer':>16}")


def check(name, ours, theirs, tolerance=1e-9):
    """Prints two values; notes a failure when they differ."""
    same = ours is not None and math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)
    print(f"  {name:<44}{'none' if ours is None else format(ours, '>16.9g'):>16}{theirs:>16.9g}{'' if same else '   DIFFERENT'}")
    if not same:
        failures.append(name)


def interval(cell):
    i = cell.get("interval") or {}
    return i.get("low"), i.get("high")


def kaplan_meier(waits, reached):
    """Median and p90 with the log-log interval (Brookmeyer and Crowley 1982), by lifelines."""
    fit = KaplanMeierFitter().fit(waits, reached)
    out = []
    for q in (0.5, 0.1):
        limits = qth_survival_times(q, fit.confidence_interval_survival_function_)
        low, high = limits.iloc[0, 0], limits.iloc[0, 1]
        out.append((qth_survival_times(q, fit.survival_function_), min(low, high), max(low, high)))
    return out


def check_waits(title, rows, took, frame):
    (peer, theirs) = timed(lambda: kaplan_meier(frame["wait"], frame["reached"]))
    head(title, took, theirs)
    row = rows[0]
    check("contacts", row["contacts"]["number"], len(frame))
    for column, (value, low, high) in zip(("median", "p90"), peer):
        check(f"Kaplan–Meier {column}, s", row[column]["number"], value)
        ours = interval(row[column])
        check("  interval, low", ours[0], low)
        check("  interval, high", ours[1], high)
    share = [c for c in row.values() if c.get("interval") and 0 <= c.get("number", 2) <= 1][0]
    low, high = proportion_confint(frame["reached"].sum(), len(frame), method="wilson")
    check("share that reached a person", share["number"], frame["reached"].mean())
    check("  Wilson, low", interval(share)[0], low)
    check("  Wilson, high", interval(share)[1], high)


def check_comparisons(title, rows, took, k, n):
    """Each row against all others: pooled two-share test, then Benjamini–Hochberg."""
    names = [r["group"]["text"] for r in rows if r["q"].get("number") is not None]

    def peer():
        all_k, all_n = sum(k.values()), sum(n.values())
        p = [proportions_ztest([k[g], all_k - k[g]], [n[g], all_n - n[g]])[1] for g in names]
        return dict(zip(names, multipletests(p, method="fdr_bh")[1]))

    q, theirs = timed(peer)
    head(title, took, theirs)
    for row in rows:
        group = row["group"]["text"]
        if group in q:
            check(f"q of {group}", row["q"]["number"], q[group], tolerance=1e-6)


def generated():
    """A small file of calls and answers, the same at every run."""
    r = random.Random(8470)
    rows = []
    for i in range(3000):
        reason = r.choice(["invoice", "delivery", "contract", "fault"])
        wait = int(r.expovariate(1 / (60 if reason == "fault" else 30))) + 1
        patience = int(r.expovariate(1 / 120)) + 1
        score = min(10, max(0, round(r.gauss(7.5 if reason != "fault" else 5.5, 2))))
        rows.append((i, 1000 + i % 700, f"2026-0{1 + i // 1000}-{1 + i % 28:02d} {8 + i % 10:02d}:{i % 60:02d}:00", reason,
                     min(wait, patience), "served" if wait <= patience else "gave up", score if i % 3 == 0 else ""))
    frame = pandas.DataFrame(rows, columns=["id", "customer", "time", "reason", "wait", "outcome", "score"])
    path = os.path.join(WORK, "calls.csv")
    frame.to_csv(path, index=False)
    mapping = os.path.join(WORK, "calls.mapping.yaml")
    with open(mapping, "w", encoding="utf-8") as f:
        f.write("""source: calls
id: id
customer: [{source_id: customer}]
start: {column: time, order: ymd}
reason: {column: reason}
scales: [{name: nps, metric: nps, min: 0, max: 10}]
interactions:
  - part: call
    kind: contact
    channel: phone
    outcome: {column: outcome}
    first_human: {plus: [wait], unit: s, when: {outcome: served}}
    end: {plus: [wait], unit: s}
    censored: {outcome: gave up}
  - part: answer
    kind: survey_answer
    channel: survey
    when: {score: "*"}
    score: {column: score, scale: nps}
""")
    run("generated", "import", "--mapping", mapping, path)
    frame["reached"] = frame["outcome"] == "served"
    rows, took = ask("generated", "time_to_person")
    check_waits("A generated phone log: time to a person", rows, took, frame)
    check_split("A generated phone log: reasons compared", "generated", frame)
    check_gap("A generated phone log: does a reason wait longer?", "generated", frame)
    answers = pandas.DataFrame({"group": "all", "score": frame[frame["score"] != ""]["score"].astype(int)})
    check_nps("A generated survey: NPS", *ask("generated", "nps"), answers)


def check_split(title, folder, frame, by="reason", zone="UTC"):
    rows, took = ask(folder, "time_to_person", "--by", by, zone=zone)
    groups = frame.groupby(by.removeprefix("dimension:"))["reached"]
    check_comparisons(title, rows, took, groups.sum().to_dict(), groups.count().to_dict())


def check_gap(title, folder, frame, by="reason", zone="UTC"):
    """Each group's waits against all others: Mann–Whitney with ties, the Hodges–Lehmann
    shift over all differences, the odds of giving up; Benjamini–Hochberg over the groups."""
    rows, took = ask(folder, "group_gap", "--by", by, zone=zone)
    column = by.removeprefix("dimension:")
    names = [r["group"]["text"] for r in rows]

    def peer():
        out = {}
        for name in names:
            own, others = frame[frame[column] == name], frame[frame[column] != name]
            a, b = own["wait"].to_numpy(float), others["wait"].to_numpy(float)
            differences = numpy.sort(numpy.subtract.outer(a, b).ravel())
            m, n = len(a), len(b)
            cut = int(m * n / 2 - 1.959963984540054 * math.sqrt(m * n * (m + n + 1) / 12))
            gave = [(~own["reached"]).sum(), (~others["reached"]).sum()]
            odds = gave[0] * (n - gave[1]) / ((m - gave[0]) * gave[1])
            out[name] = [
                numpy.median(a), numpy.median(b), numpy.median(differences), differences[cut - 1], differences[m * n - cut], odds,
                stats.mannwhitneyu(a, b, use_continuity=True, method="asymptotic").pvalue, proportions_ztest(gave, [m, n])[1],
            ]
        for at in (6, 7):
            for name, q in zip(names, multipletests([out[n][at] for n in names], method="fdr_bh")[1]):
                out[name][at] = q
        return out

    peers, theirs = timed(peer)
    head(title, took, theirs)
    for row in rows:
        name = row["group"]["text"]
        ours = [row["median"]["number"], row["others"]["number"], row["shift"]["number"], *interval(row["shift"]), row["odds_ratio"]["number"], row["q"]["number"], row["odds_q"]["number"]]
        for what, mine, other in zip(("median wait", "the others'", "Hodges–Lehmann shift", "  low", "  high", "odds of giving up", "q of waits", "q of giving up"), ours, peers[name]):
            check(f"{what}, {name}", mine, other, tolerance=1e-6)


def check_nps(title, rows, took, frame):
    """NPS with the interval of the adjusted Wald statistic: ¾ promoter, ¾ detractor and
    1½ passives are added before the variance is taken (Rocks 2016 after Agresti and Coull
    1998), here from the moments of the answers themselves."""

    def peer():
        out = {}
        for group, scores in frame.groupby("group")["score"]:
            marks = numpy.where(scores >= 9, 1.0, numpy.where(scores <= 6, -1.0, 0.0))
            with_added = numpy.append(marks, [1, -1, 0])
            weight = numpy.append(numpy.ones(len(marks)), [0.75, 0.75, 1.5])
            mean = numpy.average(with_added, weights=weight)
            half = 1.959963984540054 * math.sqrt(numpy.average((with_added - mean) ** 2, weights=weight) / weight.sum())
            out[group] = (100 * marks.mean(), 100 * (mean - half), 100 * (mean + half))
        return out

    peers, theirs = timed(peer)
    head(title, took, theirs)
    for row in rows:
        value, low, high = peers[row["group"]["text"]]
        check(f"NPS, {row['group']['text']}", row["nps"]["number"], value)
        check("  interval, low", interval(row["nps"])[0], low)
        check("  interval, high", interval(row["nps"])[1], high)


def bank():
    path = os.path.join(DATA, "anonymous_bank", "january.txt")
    if not os.path.exists(path):
        print("\nThe bank's phone log is not here: not checked (docs/real-data.md says where it comes from).")
        return
    zone = "Asia/Jerusalem"
    run("bank", "import", "--mapping", "examples/anonymous_bank.mapping.yaml", path, zone=zone)
    frame = pandas.read_csv(path, sep="\t", dtype=str)
    frame["outcome"] = frame["outcome"].str.strip()
    frame = frame[frame["outcome"] != "PHANTOM"].copy()
    frame["wait"] = frame["vru_time"].astype(int) + frame["q_time"].astype(int)
    frame["reached"] = frame["outcome"] == "AGENT"
    frame["priority"] = numpy.where(frame["priority"].str.strip() == "2", "priority", "ordinary")
    rows, took = ask("bank", "time_to_person", zone=zone)
    check_waits("The bank's January: time to a person", rows, took, frame)
    check_split("The bank's January: priority against ordinary", "bank", frame, by="dimension:priority", zone=zone)


def survey():
    path = os.path.join(DATA, "nps_verbatim", "nps_verbatim.csv")
    if not os.path.exists(path):
        print("\nThe telecom survey is not here: not checked (docs/real-data.md says where it comes from).")
        return
    zone = "Europe/London"
    run("survey", "import", "--mapping", "examples/nps_verbatim.mapping.yaml", path, zone=zone)
    run("survey", "journey", "save", "examples/nps_verbatim.journey.yaml", zone=zone)
    steps = {"Order": "I order", "Equipment Received": "My equipment arrives",
             "First Payment": "I pay for the first time", "Service in Use": "It is in use"}
    frame = pandas.read_csv(path).dropna(subset=["NPS_SCORE"])
    frame = pandas.DataFrame({"group": frame["SURVEY_SUB_TYPE"].map(steps), "score": frame["NPS_SCORE"].astype(int)})
    check_nps("The telecom survey: NPS by stage", *ask("survey", "nps", "--by", "step", zone=zone), frame)


if __name__ == "__main__":
    generated()
    bank()
    survey()
    if failures:
        sys.exit(f"\n{len(failures)} figures differ: {', '.join(failures)}")
    print("\nEvery figure agrees.")
