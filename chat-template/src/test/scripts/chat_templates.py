"""Writes chat-templates.json: what transformers makes of conversations with each chat template.

usage: chat_templates.py TEMPLATE_FOLDER > chat-templates.json
The folder is resources/.../chattemplate/templates, written for these tests in the style of model families;
transformers 5.18 with Jinja2 3.1.6.
"""

import json
import pathlib
import sys

from transformers.utils.chat_template_utils import render_jinja_template


def turns(*texts, system=None):
    messages = [] if system is None else [{"role": "system", "content": system}]
    for i, text in enumerate(texts):
        messages.append({"role": "assistant" if i % 2 else "user", "content": text})
    return messages


CONVERSATIONS = {
    "user alone": turns("Hi there"),
    "user with white space": turns("  two\n lines \n"),
    "system and user": turns("日本的首都是哪里？", system=" Be brief. "),
    "three turns": turns("One?", " <think>\nhm\n</think>\n\nYes <b>&\"it's\" ", "Two? 😀"),
    "system and five turns": turns("a", "b", "c", " d ", "e", system="S"),
    "ends with assistant": turns("q", "<think>\nw\n</think>\n\nr"),
    "out of turn": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    "nobody": [],
}
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}

out = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jinja")):
    template = path.read_text(encoding="utf-8")
    for name, messages in CONVERSATIONS.items():
        for prompt in (True, False):
            case = {"template": path.stem, "conversation": name, "messages": messages}
            case["add_generation_prompt"] = prompt
            try:
                rendered, _ = render_jinja_template(
                    [messages], chat_template=template, add_generation_prompt=prompt, **TOKENS
                )
                case["text"] = rendered[0]
            except Exception as e:
                case["error"] = str(e)
            out.append(case)
json.dump({"tokens": TOKENS, "cases": out}, sys.stdout, ensure_ascii=False, indent=1)
