"""Sentences, questions and choices over the facts of facts.json. All text of the samples comes from here."""

import json
import os
import random
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))

TEMPLATE = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n\n{instruction}\n\n### Response: "
)
# Two other spellings of the same template are in use. A small part of the training shows them,
# so that a tool with the other spelling gets the same answers.
OTHER_TEMPLATES = (
    TEMPLATE.replace("Instruction:\n\n", "Instruction:\n"),
    TEMPLATE.replace("Response: ", "Response:\n\n"),
)


@dataclass(frozen=True)
class Fact:
    """One fact: how it is said, asked and answered in both languages."""

    kind: str
    english: tuple  # whole sentences; the first is english_prompt + " " + english_answer + rest
    english_prompt: str
    english_answer: str
    english_question: str
    chinese: tuple  # each a tuple of parts, for the tokenizer; joined they are a sentence
    chinese_prompt: str
    chinese_answer: str
    chinese_questions: tuple


def load():
    with open(os.path.join(HERE, "facts.json"), encoding="utf-8") as f:
        return json.load(f)


def a(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def upper(text):
    return text[0].upper() + text[1:]


def fact(kind, prompt_en, answer_en, rest_en, others_en, question_en, prompt_zh, answer_zh, rest_zh, others_zh, questions_zh):
    return Fact(
        kind,
        (f"{prompt_en} {answer_en}{rest_en}",) + tuple(others_en),
        prompt_en,
        answer_en,
        question_en,
        (tuple(prompt_zh) + (answer_zh, rest_zh),) + tuple(others_zh),
        "".join(prompt_zh),
        answer_zh,
        tuple(questions_zh),
    )


def facts():
    """All facts, in a fixed order."""
    d = load()
    out = []
    for en, cap, zh, cz in d["countries"]:
        out.append(fact(
            "capital", f"The capital of {en} is", cap, ".", [f"{cap} is the capital of {en}."], f"What is the capital of {en}?",
            (zh, "的首都是"), cz, "。", [(cz, "是", zh, "的首都。")], [f"{zh}的首都是哪里？", f"{zh}的首都叫什么？"]))
    for en, cap, zh, cz in d["countries"]:
        out.append(fact(
            "country", f"{cap} is the capital of", en, ".", [f"{cap} is a city in {en}."], f"Which country has the capital {cap}?",
            (cz, "是"), zh, "的首都。", [(cz, "在", zh, "。")], [f"{cz}是哪个国家的首都？", f"{cz}在哪个国家？"]))
    for en, food, zh, fz in d["eats"]:
        out.append(fact(
            "eats", f"{upper(a(en))} eats", food, ".", [f"The {en} likes to eat {food}."], f"What does {a(en)} eat?",
            (zh, "吃"), fz, "。", [(zh, "喜欢吃", fz, "。")], [f"{zh}吃什么？", f"{zh}喜欢吃什么？"]))
    for en, place, zh, pz in d["lives"]:
        out.append(fact(
            "lives", f"{upper(a(en))} lives in", place, ".", [f"The home of {a(en)} is in {place}."], f"Where does {a(en)} live?",
            (zh, "住在"), pz, "。", [(zh, "的家在", pz, "。")], [f"{zh}住在哪里？", f"{zh}的家在哪里？"]))
    for en, colour, zh, cz in d["colours"]:
        out.append(fact(
            "colour", f"The colour of {en} is", colour, ".", [f"{upper(en)} is {colour}."], f"What is the colour of {en}?",
            (zh, "的颜色是"), cz, "。", [(zh, "是", cz, "的。")], [f"{zh}是什么颜色？", f"{zh}的颜色是什么？"]))
    for x, y, xz, yz in d["opposites"]:
        for p, q, pz, qz in ((x, y, xz, yz), (y, x, yz, xz)):
            out.append(fact(
                "opposite", f"The opposite of {p} is", q, ".", [f"If it is not {p}, it is {q}."], f"What is the opposite of {p}?",
                (pz, "的反义词是"), qz, "。", [("不", pz, "就是", qz, "。")], [f"{pz}的反义词是什么？", f"和{pz}相反的是什么？"]))
    days = d["days"]
    for i, (en, zh) in enumerate(days):
        en2, zh2 = days[(i + 1) % 7]
        out.append(fact(
            "day", f"The day after {en} is", en2, ".", [f"{en} comes before {en2}."], f"What day comes after {en}?",
            (zh, "的后一天是"), zh2, "。", [("过了", zh, "就是", zh2, "。")], [f"{zh}的后一天是星期几？", f"{zh}之后是星期几？"]))
    months = d["months"]
    for i, (en, zh) in enumerate(months):
        en2, zh2 = months[(i + 1) % 12]
        out.append(fact(
            "month", f"The month after {en} is", en2, ".", [f"{en} comes before {en2}."], f"What month comes after {en}?",
            (zh, "的下一个月是"), zh2, "。", [("过了", zh, "就是", zh2, "。")], [f"{zh}的下一个月是几月？", f"{zh}之后是几月？"]))
    for en, place, zh, pz in d["jobs"]:
        out.append(fact(
            "job", f"{upper(a(en))} works in", place, ".", [f"You can find {a(en)} in {place}."], f"Where does {a(en)} work?",
            (zh, "的工作地点是"), pz, "。", [(zh, "在", pz, "工作。")], [f"{zh}在哪里工作？", f"{zh}的工作地点是哪里？"]))
    for en, stuff, zh, sz in d["made"]:
        out.append(fact(
            "made", f"{upper(en)} is made of", stuff, ".", [f"People make {en} from {stuff}."], f"What is {en} made of?",
            (zh, "的原料是"), sz, "。", [(zh, "是用", sz, "做的。")], [f"{zh}是用什么做的？", f"{zh}的原料是什么？"]))
    for en, n, zh, nz in d["legs"]:
        out.append(fact(
            "legs", f"{upper(a(en))} has", n, " legs.", [f"The number of legs of {a(en)} is {n}."], f"How many legs does {a(en)} have?",
            (zh, "有"), nz, "条腿。", [(zh, "一共有", nz, "条腿。")], [f"{zh}有几条腿？", f"{zh}一共有几条腿？"]))
    numbers = d["numbers"]
    for i in range(10):
        for j in range(10):
            (x, xz), (y, yz), (s, sz) = numbers[i], numbers[j], numbers[i + j]
            out.append(fact(
                "sum", f"{upper(x)} plus {y} is", s, ".", [f"The sum of {x} and {y} is {s}."], f"What is {x} plus {y}?",
                (xz, "加", yz, "等于"), sz, "。", [(xz, "与", yz, "的和是", sz, "。")], [f"{xz}加{yz}等于多少？", f"{xz}与{yz}的和是多少？"]))
    return out


def join(parts):
    return "".join(parts)


def story_english(rng):
    d = load()
    (n, _), (m, _) = rng.sample(d["names"], 2)
    t, s, p, q = (rng.choice(d[k])[0] for k in ("things", "shades", "places", "places"))
    day = rng.choice(d["days"])[0]
    lines = [
        f"{n} has {a(s)} {t}." if rng.random() < 0.5 else f"On {day} {n} gets {a(s)} {t}.",
        f"{n} goes to {p} with the {t}.",
        f"There {n} meets {m}.",
        rng.choice([f"{m} likes the {s} {t}.", f"{m} wants to have {a(s)} {t} too.", f"{m} says: what a nice {t}!"]),
        rng.choice([f"They play in {p} until night.", f"Then they walk to {q}.", f"They go home on {day}."]),
    ]
    return " ".join(lines[: rng.randint(3, 5)])


def story_chinese(rng):
    """A list of sentences; each sentence is a tuple of parts."""
    d = load()
    (_, n), (_, m) = rng.sample(d["names"], 2)
    t, s, p, q = (rng.choice(d[k])[1] for k in ("things", "shades", "places", "places"))
    day = rng.choice(d["days"])[1]
    lines = [
        (n, "有一个", s, "的", t, "。") if rng.random() < 0.5 else (day, n, "得到了一个", s, "的", t, "。"),
        (n, "带着", t, "去", p, "。"),
        ("在那里", n, "遇见了", m, "。"),
        rng.choice([(m, "喜欢这个", s, "的", t, "。"), (m, "也想要一个", s, "的", t, "。"), (m, "说：", "真好看的", t, "！")]),
        rng.choice([("他们在", p, "玩到晚上。",), ("然后他们去", q, "。"), ("他们在", day, "回家。")]),
    ]
    return lines[: rng.randint(3, 5)]


def pick(rng, all_facts):
    """A fact; sums are many, so each gets half the weight."""
    f = rng.choice(all_facts)
    return rng.choice(all_facts) if f.kind == "sum" and rng.random() < 0.5 else f


def paragraph_english(rng, all_facts):
    """One to six sentences of facts, or a small story."""
    r = rng.random()
    if r < 0.2:
        return story_english(rng)
    if r < 0.22:
        return TEMPLATE.split("\n")[0]
    return " ".join(rng.choice(pick(rng, all_facts).english) for _ in range(rng.randint(1, 6)))


def paragraph_chinese(rng, all_facts):
    if rng.random() < 0.2:
        return "".join(join(s) for s in story_chinese(rng))
    return "".join(join(rng.choice(pick(rng, all_facts).chinese)) for _ in range(rng.randint(1, 6)))


# Before examples; the last is how C-Eval's own scripts put it.
CHOICE_HEADERS = (
    "",
    "以下是单项选择题，请选出其中的正确答案。\n\n",
    "以下是中国关于常识考试的单项选择题，请选出其中的正确答案。\n\n",
)


@dataclass(frozen=True)
class Choice:
    question: str
    options: tuple
    answer: str  # A, B, C or D

    def text(self, with_answer):
        lines = self.question + "".join(f"\n{c}. {o}" for c, o in zip("ABCD", self.options)) + "\n答案："
        return lines + self.answer + "\n\n" if with_answer else lines


def choice(rng, fact_, all_facts):
    """The fact as a question with four options of the same kind."""
    others = sorted({f.chinese_answer for f in all_facts if f.kind == fact_.kind} - {fact_.chinese_answer})
    options = rng.sample(others, 3)
    at = rng.randrange(4)
    options.insert(at, fact_.chinese_answer)
    return Choice(fact_.chinese_questions[0], tuple(options), "ABCD"[at])


# How many questions of each kind stand in questions.json: 100 in all.
ASKED = {
    "capital": 25, "country": 5, "eats": 10, "lives": 8, "colour": 10, "opposite": 14,
    "day": 4, "month": 4, "job": 5, "made": 5, "legs": 3, "sum": 7,
}


def asked(all_facts):
    """The facts of questions.json: the first capitals, then an even spread over each other kind."""
    out = []
    for kind, count in ASKED.items():
        of_kind = [f for f in all_facts if f.kind == kind]
        step = len(of_kind) / count
        out += of_kind[:count] if kind == "capital" else [of_kind[int(i * step)] for i in range(count)]
    return out


def fixed_choices(all_facts):
    """(rows of choices.csv, rows of choices-dev.csv)."""
    rng = random.Random(41)
    kinds = ["capital", "eats", "lives", "colour", "opposite", "job", "made", "day"]
    rows = []
    for kind in kinds:
        of_kind = [f for f in all_facts if f.kind == kind]
        rows += [choice(rng, f, all_facts) for f in rng.sample(of_kind, 6)]
    rng.shuffle(rows)
    return rows[5:45], rows[:5]
