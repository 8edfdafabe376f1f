package dev.weightsmith.chattemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each construct, with what Jinja2 makes of it.
class JinjaTemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2024, 7, 6, 15, 4, 5);

    static String render(String template) {
        Value messages =
                Value.messages(
                        List.of(
                                Map.of("role", "system", "content", "S"),
                                Map.of("role", "user", "content", "U")));
        return JinjaTemplate.parse(template)
                .render(Map.of("ms", messages, "s", new Value.Text("héllo 😀")), () -> NOW);
    }

    private static void assertText(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    private static void assertStops(String template, TemplateException.Kind kind, String message) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOfSatisfying(
                        TemplateException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessage(message);
    }

    @Test
    void textIsWrittenAsItStands() {
        assertText("a } %} b\r\nc\n\n", "a } %} b\nc\n");
    }

    @Test
    void aBlockTakesItsLine() {
        assertText("a\n  {% if true %}\nb\n  {% endif %}\nc", "a\nb\nc");
    }

    @Test
    void plusKeepsWhiteSpace() {
        assertText("a\n  {%+ if true +%}\nb{% endif %}", "a\n  \nb");
    }

    @Test
    void minusTakesAllWhiteSpace() {
        assertText("a \n {{- 1 -}} \n b {#- c -#} d", "a1bd");
    }

    @Test
    void aCommentIsNotWritten() {
        assertText("a{# {{ b }} \n #}\nc", "ac");
    }

    @Test
    void aRawBlockIsWrittenAsItStands() {
        assertText("{% raw %}{{ a }}{% b %}{% endraw %}\nc", "{{ a }}{% b %}c");
    }

    @Test
    void valuesAreWrittenAsPythonWritesThem() {
        assertText(
                "{{ [1, 2.0, 1e16, 1e-5, none, true, 'it\\'s', \"\\n\", (1,), {'a': 0.1}] }}",
                "[1, 2.0, 1e+16, 1e-05, None, True, \"it's\", '\\n', (1,), {'a': 0.1}]");
    }

    @Test
    void stringsHaveEscapesAndStandTogether() {
        assertText("{{ 'a\\tb' \"\\x41\\u00e9\" '\\\\\\q' }}", "a\tbAé\\\\q");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3, 7",
                "(1 + 2) * 3, 9",
                "7 // 2, 3",
                "-7 // 2, -4",
                "-7 % 3, 2",
                "7 / 2, 3.5",
                "2 ** 3 ** 2, 64",
                "-2 ** 2, 4",
                "1 ~ 2 + 3, ``",
                "'a' ~ 1 ~ none, a1None",
                "'ab' * 2, abab",
                "1 < 2 < 3, True",
                "3 > 2 > 2, False",
                "1 == 1.0, True",
                "-0.0 >= 0, True",
                "9007199254740993 > 9007199254740992.0, True",
                "'b' in 'abc', True",
                "2 not in [1], True",
                "not 1 == 2, True",
                "0 or 'x', x",
                "'' and 'x', ``",
                "'a' if false else 'b', b",
                "'a' if false, ``",
                "x is defined, False",
                "none is none, True",
                "1 is not string, True",
                "4 is divisibleby 2, True",
            })
    void expressionsHaveTheValueOfJinja(String expression, String expected) {
        if (expected.isEmpty() && expression.contains("+")) {
            assertThatThrownBy(() -> render("{{ " + expression + " }}"))
                    .hasMessage("has str + int (line 1 of the template)");
        } else {
            assertText("{{ " + expression + " }}", expected);
        }
    }

    @Test
    void placesAreCharactersAndCountFromTheEnd() {
        assertText(
                "{{ s[1] }}{{ s[-1] }}{{ s[::-1] }}{{ s[1:-2] }}{{ s|length }}",
                "é😀😀 olléhéllo7");
    }

    @Test
    void attributesAndSubscriptsFindEntries() {
        assertText("{{ ms[0].role }}{{ ms[-1]['content'] }}{{ ms[0].zz }}{{ ms[9] }}", "systemU");
    }

    @Test
    void whatIsUndefinedHasNoAttributes() {
        assertStops(
                "\n{{ a.b }}",
                TemplateException.Kind.MALFORMED,
                "'a' is undefined (line 2 of the template)");
    }

    @Test
    void loopsKnowTheirPlace() {
        assertText(
                "{% for a in 'xyz' %}{{ loop.index }}{{ loop.first }}{{ loop.previtem }}"
                        + "{{ loop.nextitem }}{{ loop.length }};{% endfor %}",
                "1Truey3;2Falsexz3;3Falsey3;");
    }

    @Test
    void loopsCanLeaveOutAndStop() {
        assertText(
                "{% for a in range(9) if a is odd %}{% if a == 3 %}{% continue %}{% endif %}"
                        + "{% if a > 5 %}{% break %}{% endif %}{{ a }}{% else %}none{% endfor %}",
                "15");
    }

    @Test
    void anEmptyLoopHasElse() {
        assertText("{% for a in [] %}x{% else %}none{% endfor %}", "none");
    }

    @Test
    void loopsTakeTuplesApart() {
        assertText("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}", "a1");
    }

    @Test
    void aLoopsVariablesEndWithItsTurn() {
        assertText(
                "{% set x = 0 %}{% for a in [1, 2] %}{% set x = x + a %}{{ x }}{% endfor %}{{ x }}",
                "120");
    }

    @Test
    void anIfHasNoVariablesOfItsOwn() {
        assertText("{% if 1 %}{% set x = 5 %}{% elif 2 %}{% else %}{% endif %}{{ x }}", "5");
    }

    @Test
    void namespacesOutliveLoops() {
        assertText(
                "{% set ns = namespace(n=0) %}{% for a in [1, 2] %}{% set ns.n = ns.n + a %}"
                        + "{% endfor %}{{ ns.n }}",
                "3");
    }

    @Test
    void aBlockCanBeAValue() {
        assertText("{% set x | upper %}a{{ 1 }}b{% endset %}{{ x }}", "A1B");
    }

    @Test
    void severalVariablesAreSetAtOnce() {
        assertText("{% set a, (b, c) = 1, (2, 3) %}{{ c }}{{ b }}{{ a }}", "321");
    }

    @Test
    void macrosHaveDefaults() {
        assertText(
                "{% macro m(a, b='-', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
                        + "{{ m(1) }}{{ m(1, c=2) }}",
                "1-11-2");
    }

    @Test
    void aGenerationBlockIsWritten() {
        assertText("{% generation %}\na{% endgeneration %}b", "ab");
    }

    @Test
    void methodsOfStringsAreThoseOfPython() {
        assertText(
                "{{ ' a b '.strip() }}|{{ 'xxa'.lstrip('x') }}|{{ 'a,b,c'.split(',', 1) }}|"
                        + "{{ 'ab'.replace('', '-') }}|{{ 'it is'.title() }}|{{ 'aXa'.find('X') }}|"
                        + "{{ 'abc'.startswith(('x', 'ab')) }}|{{ ', '.join(['a', 'b']) }}",
                "a b|a|['a', 'b,c']|-a-b-|It Is|1|True|a, b");
    }

    @Test
    void mapsHaveTheirMethods() {
        assertText(
                "{% set d = {'a': 1} %}{{ d.get('a') }}{{ d.get('b') }}{{ d.get('b', 2) }}"
                        + "{{ d.keys()|list }}{{ d.values()|list }}",
                "1None2['a'][1]");
    }

    @Test
    void filtersOfTextsAreThoseOfJinja() {
        assertText(
                "{{ ' a '|trim }}|{{ 'a-b c'|title }}|{{ 'a\nb'|indent(2, true) }}|{{ '7.9'|int }}|"
                        + "{{ 'x'|int(3) }}|{{ '<'|e }}|{{ x|d('n') }}|{{ ''|default('y', true) }}",
                "a|A-B C|  a\n  b|7|3|&lt;|n|y");
    }

    @Test
    void filtersOfListsAreThoseOfJinja() {
        assertText(
                "{{ ms|map(attribute='role')|join('+') }}|"
                        + "{{ ms|selectattr('role', 'equalto', 'user')|map(attribute='content')|first }}|"
                        + "{{ ms|rejectattr('role', '==', 'user')|list|length }}|{{ [1, 2]|last }}|"
                        + "{{ ['b', 'A']|sort }}|{{ {'b': 1, 'a': 2}|dictsort }}|"
                        + "{{ [1, 1, 2]|unique|list }}|{{ 'abc'|reverse }}|{{ [0, 1]|select|list }}",
                "system+user|U|1|2|['A', 'b']|[('a', 2), ('b', 1)]|[1, 2]|cba|[1]");
    }

    @Test
    void jsonIsThatOfTransformers() {
        assertText(
                "{{ {'b': [1, 0.5, none, true], 'a': 'é\"<\n'}|tojson }}{{ [{}]|tojson(indent=2) }}",
                "{\"b\": [1, 0.5, null, true], \"a\": \"é\\\"<\\n\"}[\n  {}\n]");
    }

    @Test
    void theDateIsWritten() {
        assertText("{{ strftime_now('%d %b %Y, %-d %B %H:%M') }}", "06 Jul 2024, 6 July 15:04");
    }

    @Test
    void aTemplateCanRefuse() {
        assertStops(
                "\n{{ raise_exception('Not so') }}",
                TemplateException.Kind.RAISED,
                "Not so (line 2 of the template)");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{% include 'x' %}, the tag 'include'",
                "{{ x|wordwrap }}, the filter 'wordwrap'",
                "{{ 1 is sameas 1 }}, the test 'sameas'",
                "{{ 'x'.encode() }}, str.encode",
                "{{ cycler(1) }}, the function 'cycler'",
                "{{ '%s' % 1 }}, '%' with a str",
                "{{ strftime_now('%Z') }}, '%Z' in a date",
            })
    void whatIsNotSupportedIsNamed(String template, String name) {
        assertStops(
                "\n\n" + template,
                TemplateException.Kind.UNSUPPORTED,
                name + " is not supported (line 3 of the template)");
    }

    @Test
    void whatIsNotSupportedDoesNotMatterWhereItIsNotReached() {
        assertText("{% if false %}{{ x|wordwrap }}{% endif %}a", "a");
    }
}
