import json
import time

from daftar.exchange.knowing.tests.conftest import *


def test_show(desk, capsys):
    import os

    folder = shared(os.environ.get("SHOW", "zoho-export"))
    t = time.time()
    p = desk.propose(*sorted(folder.glob("*.csv")))
    with capsys.disabled():
        print("TIME", time.time() - t)
        for s in p.steps:
            print("=====", s.file, s.title, s.type, s.system, s.rows)
            for h, t in s.map["columns"].items():
                print("   ", h, "→", t, "|", s.reasons.get(h, ""), "DERIVED" if h in s.derived else "")
            print(json.dumps({k: v for k, v in s.map.items() if k != "columns"}, ensure_ascii=False))
            print(s.stage_order)
            for w in s.words:
                print("  >", w)
        for t in p.types:
            print(t)
        for q in p.questions:
            print("?", q.code, q.file, q.blocks, q.sentence, q.samples[:3], q.data)
