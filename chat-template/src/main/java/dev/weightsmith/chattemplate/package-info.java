/// A small interpreter of Jinja, for the chat templates that come with models.
///
/// A template is a program by a stranger. It sees texts, numbers, lists and maps ([Value]) and the
/// filters, tests and methods written out here by name, nothing of Java and nothing of the machine
/// but the date; [Limits] bounds what it may use. What is said about Jinja is what Jinja2 3.1 does
/// in the environment that transformers makes: immutable sandbox, `trim_blocks`, `lstrip_blocks`,
/// `break` and `continue`, no escaping.
@NullMarked
package dev.weightsmith.chattemplate;

import org.jspecify.annotations.NullMarked;
