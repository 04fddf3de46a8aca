"""Holds the questions that records answer against pm4py, lifelines and, where it is there, R's survival.

Started by run.sh with the program, the folder of public data and a folder to work in.
Processes: each log is imported, its variants and directly-follows pairs are asked, and
counted once more by pm4py. Leavers: the telecom's customers, how long those of each contract stay.
"""

import csv
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
import warnings

import pandas

warnings.filterwarnings("ignore")
os.environ.setdefault("TQDM_DISABLE", "1")

from check import DATA, WORK, ask, check, failures, head, run, timed  # noqa: E402
from lifelines import KaplanMeierFitter  # noqa: E402
from lifelines.statistics import multivariate_logrank_test  # noqa: E402

# The data's folder, its file, and the columns of case, activity and time.
LOGS = {
    "helpdesk_italy": ("finale.csv", "Case ID", "Activity", "Complete Timestamp"),
    "sepsis": ("sepsis.csv", "case_id", "activity", "timestamp"),
    "hospital_billing": ("hospital_billing.csv", "case_id", "activity", "timestamp"),
}

LOG_MAPPING = """source: {name}
kind: event
initiator: company
thread: {case}
start: {{column: {at}, order: ymd}}
touchpoint: {{column: {activity}}}
"""


def processes():
    import pm4py

    for name, (file, case, activity, at) in LOGS.items():
        folder = name if name == "helpdesk_italy" else "bupar_logs"
        path = os.path.join(DATA, folder, file)
        if not os.path.exists(path):
            print(f"\n{name} is not there: skipped")
            continue
        mapping = os.path.join(WORK, name + ".mapping.yaml")
        with open(mapping, "w", encoding="utf-8") as f:
            f.write(LOG_MAPPING.format(name=name, case=case, activity=activity, at=at))
        run(name, "import", "--mapping", mapping, path)
        journey = os.path.join(WORK, name + ".journey.yaml")
        frame = pandas.read_csv(path, usecols=[case, activity, at], dtype=str, keep_default_na=False).rename(columns={case: "case:concept:name", activity: "concept:name", at: "time:timestamp"})
        steps = [{"name": f"a{i}", "title": a, "match": {"touchpoint": a}} for i, a in enumerate(frame["concept:name"].unique())]
        with open(journey, "w", encoding="utf-8") as f:  # JSON is YAML
            json.dump({"name": name.replace("_", "-"), "attempt": "thread", "stages": [{"name": "all", "steps": steps}]}, f)
        run(name, "journey", "save", journey)
        variants, took = ask(name, "variants")
        edges, took_edges = ask(name, "directly_follows")

        frame["time:timestamp"] = pandas.to_datetime(frame["time:timestamp"])

        def peer():
            log = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
            graph, _, _ = pm4py.discover_dfg(log)
            return pm4py.get_variants(log), graph

        (theirs, graph), peer_took = timed(peer)
        head(f"{name}: how cases run", took + took_edges, peer_took)
        counts = sorted((sum(v) if isinstance(v, (list, tuple)) else v for v in theirs.values()), reverse=True)
        check("variants", len(variants), len(counts))
        check("cases", sum(v["cases"]["number"] for v in variants), sum(counts))
        check("cases of the commonest", variants[0]["cases"]["number"], counts[0])
        ours = {(e["from"]["text"], e["to"]["text"]): e["transitions"]["number"] for e in edges}
        inner = {pair: n for pair, n in ours.items() if pair in graph}
        check("pairs that follow one another", len(inner), len(graph))
        check("pairs with another count", sum(1 for pair, n in graph.items() if ours.get(pair) != n), 0)


TELCO_MAPPING = """source: telco
customer:
  - {source_id: id}
id: row
kind: {column: kind}
initiator: customer
start: {column: at, order: ymd}
dimensions: [contract]
"""


def leavers():
    path = os.path.join(DATA, "ibm_telco", "Telco_customer_churn.csv")
    if not os.path.exists(path):
        print("\nibm_telco is not there: skipped")
        return
    frame = pandas.read_csv(path)
    frame = frame[frame["Tenure Months"] > 0]
    end = datetime.date(2026, 1, 1)  # a month is 30 days, so that dates hold what the file says in months
    made = os.path.join(WORK, "telco.csv")
    with open(made, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f)
        out.writerow(["row", "id", "kind", "at", "contract"])
        for row, (who, months, left, contract) in enumerate(zip(frame["CustomerID"], frame["Tenure Months"], frame["Churn Value"], frame["Contract"])):
            out.writerow([2 * row, who, "order", end - datetime.timedelta(days=30 * int(months)), contract])
            out.writerow([2 * row + 1, who, "cancellation" if left else "usage", end, contract])
    mapping = os.path.join(WORK, "telco.mapping.yaml")
    with open(mapping, "w", encoding="utf-8") as f:
        f.write(TELCO_MAPPING)
    run("telco", "import", "--mapping", mapping, made)
    out, took = run("telco", "ask", "leavers", "--by", "dimension:contract", "--json")
    table = json.loads(out)
    names = [c["name"] for c in table["columns"]]
    ours = {row[0]["text"]: dict(zip(names, row)) for row in table["rows"]}

    def peer():
        curves = {}
        for contract, of in frame.groupby("Contract"):
            curves[contract] = KaplanMeierFitter().fit(30 * of["Tenure Months"], of["Churn Value"])
        return curves, multivariate_logrank_test(frame["Tenure Months"], frame["Contract"], frame["Churn Value"])

    (curves, test), peer_took = timed(peer)
    head("ibm_telco: how long customers stay, lifelines", took, peer_took)
    for contract, curve in curves.items():
        for column, days in {"after_90_days": 90, "after_1_year": 365, "after_2_years": 730}.items():
            check(f"{contract}: {column}", ours[contract][column].get("number"), float(curve.predict(days)))
    said = table["notes"][0].split("χ² ")[1].split(" ")[0]
    check("log-rank χ²", float(said), round(float(test.test_statistic), 2))
    in_r(frame, ours, said, took)


R_SCRIPT = """library(survival)
f <- read.csv(commandArgs(TRUE)[1])
began <- proc.time()[["elapsed"]]
s <- summary(survfit(Surv(days, left) ~ contract, f, conf.type = "log-log"), times = c(90, 365, 730))
test <- survdiff(Surv(days, left) ~ contract, f)
took <- proc.time()[["elapsed"]] - began
text <- function(x) format(x, digits = 15)
for (i in seq_along(s$surv)) writeLines(paste(s$strata[i], s$time[i], text(s$surv[i]), text(s$lower[i]), text(s$upper[i]), sep = ";"))
writeLines(paste("test", text(test$chisq), took, sep = ";"))
"""


def in_r(frame, ours, said, took):
    """The same by R's survival, with the intervals."""
    if not shutil.which("Rscript"):
        print("\nR is missing, so staying is not held against R's survival. Run: apt-get install -y r-base-core r-cran-survival")
        return
    data, script = os.path.join(WORK, "telco_r.csv"), os.path.join(WORK, "leavers.R")
    pandas.DataFrame({"days": 30 * frame["Tenure Months"], "left": frame["Churn Value"], "contract": frame["Contract"]}).to_csv(data, index=False)
    with open(script, "w", encoding="utf-8") as f:
        f.write(R_SCRIPT)
    began = time.perf_counter()
    done = subprocess.run(["Rscript", script, data], capture_output=True, text=True)
    if done.returncode:
        print(f"\nR's survival is missing. Run: apt-get install -y r-cran-survival\n  {done.stderr.strip().splitlines()[-1]}")
        return
    lines = [line.split(";") for line in done.stdout.splitlines()]
    head("ibm_telco: how long customers stay, R's survival", took, float(lines[-1][2]))
    print(f"  (R's start included: {time.perf_counter() - began:.2f} s)")
    columns = {"90": "after_90_days", "365": "after_1_year", "730": "after_2_years"}
    for strata, days, value, low, high in lines[:-1]:
        cell = ours[strata.split("=", 1)[1]][columns[days]]
        check(f"{strata} at {days} days", cell.get("number"), float(value))
        if low != "NA":  # nobody of them has left yet
            check("  low", cell["interval"]["low"], float(low), 1e-6)
            check("  high", cell["interval"]["high"], float(high), 1e-6)
    check("log-rank χ²", float(said), round(float(lines[-1][1]), 2))


processes()
leavers()
if failures:
    sys.exit("different: " + ", ".join(failures))
