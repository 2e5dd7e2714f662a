"""Delta Chat's core, with the same rows and the same questions.

Usage: python deltachat.py FOLDER, where FOLDER has rows.jsonl (oldest first) and questions.json.
Prints one JSON document. The rows are written into the file that the core has made, because it takes texts from a
mail server only; the core, which is closed meanwhile, is then asked through its own interface. Its file is not
encrypted, it looks for a piece of a text instead of words, and it answers with ids; a question's words are asked for as
one piece. Texts go to and fro over a pipe, as in its apps.
"""

import json
import math
import os
import sqlite3
import sys
import time

from deltachat_rpc_client import Rpc

WARM_UP = 5
# Each question walks all texts: fewer of them than of the others.
ASKED = 20
FIRST_FREE_ID = 10


def start(folder):
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    return Rpc(accounts_dir=os.path.join(folder, "deltachat"))


def fill(path, rows):
    connection = sqlite3.connect(path)
    chats = set()
    with connection, open(rows, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=FIRST_FREE_ID):
            row = json.loads(line)
            chat = FIRST_FREE_ID + row["conversation"]
            if chat not in chats:
                chats.add(chat)
                connection.execute(
                    "INSERT INTO contacts (id, name, addr) VALUES (?, ?, ?)",
                    (chat, str(chat), f"{chat}@example.org"),
                )
                connection.execute("INSERT INTO chats (id, type, name) VALUES (?, 100, ?)", (chat, str(chat)))
                connection.execute("INSERT INTO chats_contacts (chat_id, contact_id) VALUES (?, ?)", (chat, chat))
            sender, recipient, state = (1, chat, 26) if row["outgoing"] else (chat, 1, 16)
            seconds = row["at"] // 1000
            connection.execute(
                "INSERT INTO msgs (id, rfc724_mid, chat_id, from_id, to_id, timestamp, timestamp_sent, timestamp_rcvd,"
                " type, state, txt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 10, ?, ?)",
                (number, row["id"], chat, sender, recipient, seconds, seconds, seconds, state, row["body"]),
            )
    connection.close()


def percentile(times, percent):
    return times[max(0, math.ceil(len(times) * percent / 100) - 1)]


def ask(rpc, account, questions):
    def once(question):
        begin = time.perf_counter()
        hits = rpc.search_messages(account, " ".join(question["words"]), None)
        return 1000 * (time.perf_counter() - begin), min(50, len(hits))

    classes = []
    for question in questions:
        asked = question["asked"]
        for warm in asked[:WARM_UP]:
            once(warm)
        answers = [once(one) for one in asked[:ASKED]]
        times = sorted(taken for taken, _ in answers)
        classes.append(
            {
                "name": question["name"],
                "p50": percentile(times, 50),
                "p99": percentile(times, 99),
                "hits": sum(hits for _, hits in answers),
            }
        )
    return classes


def main(folder):
    with start(folder) as rpc:
        account = rpc.add_account()
        path = rpc.get_info(account)["database_dir"]
    fill(path, os.path.join(folder, "rows.jsonl"))
    with open(os.path.join(folder, "questions.json"), encoding="utf-8") as file:
        questions = json.load(file)
    with start(folder) as rpc:
        classes = ask(rpc, account, questions)
    print(json.dumps({"classes": classes}))


main(sys.argv[1])
