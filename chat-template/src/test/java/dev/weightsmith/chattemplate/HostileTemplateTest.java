package dev.weightsmith.chattemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a template holds, it stops soon, with an error of one kind.
@Tag("slow")
class HostileTemplateTest {
    private static String render(String template) {
        return JinjaTemplate.parse(template)
                .render(Map.of("s", new Value.Text("x".repeat(1 << 17))), LocalDateTime::now);
    }

    private static void assertStops(String template, TemplateException.Kind kind) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () ->
                        assertThatThrownBy(() -> render(template))
                                .isInstanceOfSatisfying(
                                        TemplateException.class,
                                        e -> assertThat(e.kind()).isEqualTo(kind)));
    }

    private static List<String> endless() {
        String loop = "{% for i in range(99) %}{% set ns.";
        String doubling = loop + "x = ns.x ";
        String space = "{% set ns = namespace(x='ab', y=[]) %}";
        return List.of(
                "{{ range(1000000000) }}",
                "{{ range(-9223372036854775807, 9223372036854775807, 1)|list }}",
                "{{ range(0, 9223372036854775807, 9223372036854775806)|length * 2 ** 70 }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(a) %}{{ m(a) ~ m(a) }}{% endmacro %}{{ m(1) }}",
                space + doubling + "+ ns.x %}{% endfor %}",
                space + doubling + "~ ns.x %}{% endfor %}",
                space + doubling + "* 9 %}{% endfor %}",
                space + loop + "x = ns.x|replace('a', 'aaa') %}{% endfor %}",
                space + loop + "y = ns.y + [1, 2] + ns.y %}{% endfor %}",
                space + loop + "y = [ns.y, ns.y] %}{% endfor %}{{ ns.y }}",
                space + "{% for i in range(999) %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.y }}",
                space
                        + "{% for i in range(999) %}{% set ns.y = [ns.y] %}{% endfor %}"
                        + "{{ ns.y|tojson }}",
                space
                        + "{% for i in range(999) %}{% set ns.y = [ns.y] %}"
                        + "{% set ns.x = [ns.x] %}{% endfor %}{{ ns.y == ns.x }}",
                "{{ 'a' * 1000000000 }}",
                "{{ [1] * 1000000000 }}",
                "{{ 'a' * 9223372036854775807 }}",
                "{{ 'a\nb'|indent(2000000000) }}",
                "{{ [[1]]|tojson(indent=2000000000) }}",
                "{{ [[1]]|tojson(indent=99999999999) }}",
                "{{ s.replace('x', s) }}",
                "{{ s.replace('', s) }}",
                "{{ s.split('x') }}",
                "{{ s|list }}",
                "{{ s.join(range(99)|map('string')) }}",
                "{{ range(99999)|map('string')|join(s) }}",
                "{% for i in range(99999) %}{{ s.find('x' * 65536 ~ 'y') }}{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{% for i in range(99999) %}{{ s }}{% endfor %}",
                "{% for i in range(99999) %}{{ s|upper|length }}{% endfor %}",
                "{{ range(99999)|map('replace', '', s)|list }}",
                "{{ range(99999)|map('float')|unique|list }}",
                "{{ ([s] * 99999)|select('upper')|list }}",
                "{{ ([s] * 99999)|map(attribute=s)|list }}",
                "{% macro m(" + "a,".repeat(999) + ") %}{% endmacro %}",
                "{{ m(" + "1,".repeat(999) + ") }}",
                "{% for i in range(99999) %}{% for j in [1] * 999 %}{% break %}{% endfor %}{% endfor %}",
                "{{ [s] * 99999 == [s ~ ''] * 99999 }}",
                "{{ 99 ** 99 }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ -9223372036854775807 - 2 }}",
                "{{ 99999999999999999999 }}",
                "{{ '99999999999999999999'|int }}",
                "{{ '1e99'|int }}",
                "{{ 10.0 ** 999 }}",
                "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
                "{{ " + "[".repeat(100_000) + "]".repeat(100_000) + " }}",
                "{{ " + "not ".repeat(60_000) + "1 }}",
                "{{ " + "-".repeat(100_000) + "1 }}",
                "{{ 1" + " + 1".repeat(60_000) + " }}",
                "{{ x" + ".a".repeat(100_000) + " }}",
                "{{ x" + "|list".repeat(50_000) + " }}",
                "{{ " + "1 if 1 else ".repeat(20_000) + "1 }}",
                "{% if 1 %}".repeat(20_000),
                "{% for a in 'a' %}".repeat(10_000),
                "{% set " + "(".repeat(100_000) + "a" + ")".repeat(100_000) + "=1 %}",
                "a".repeat(1 << 19));
    }

    @ParameterizedTest
    @MethodSource
    void endless(String template) {
        assertStops(template, TemplateException.Kind.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__.__mro__ }}",
                "{{ ''['__class__']['__mro__'] }}",
                "{{ ms.__class__.x }}",
                "{{ range.__globals__.x }}",
                "{{ namespace().__init__.x }}",
                "{{ self._TemplateReference__context.x }}",
                "{{ [].getClass().x }}",
                "{{ ''|map(attribute='__class__')|list ~ ''.__class__.x }}",
                "{{ cycler.__init__.__globals__.os }}",
                "{{ joiner.__init__.__globals__.os.popen('id') }}",
            })
    void nothingOfTheHostIsInReach(String template) {
        assertStops(template, TemplateException.Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% set x = [] %}{{ x.append(1) }}",
                "{{ {}.update({'a': 1}) }}",
                "{{ {'a': 1}.pop('a') }}"
            })
    void valuesAreNotChanged(String template) {
        assertStops(template, TemplateException.Kind.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{",
                "{{ 1",
                "{{ 'a",
                "{{ 'a\\",
                "{{ '\\x1' }}",
                "{{ '\\U00110000' }}",
                "{%",
                "{% if",
                "{% if 1 %}",
                "{% for %}",
                "{% for a in b",
                "{# a",
                "{% raw %}{% endraw",
                "{% endif %}",
                "{{ }}",
                "{{ a b }}",
                "{{ (1] }}",
                "{{ ) }}",
                "{{ a. }}",
                "{{ a[] }}",
                "{{ a[1:2:3:4] }}",
                "{{ 1 ! 2 }}",
                "{{ f(a=1, 2) }}",
                "{{ f(a=1, a=2) }}",
                "{% set 1 = 2 %}",
                "{% break %}",
                "{% macro m(a=1, b) %}{% endmacro %}",
                "{% macro %}",
                "{% set none = 1 %}",
                "{{ 0x }}",
                "{% set a.b = 1 %}",
                "{% set a, b = 1 %}",
                "{% set a, b = [1] %}",
                "{% for a in 1 %}{% endfor %}",
                "{{ 1 + 'a' }}",
                "{{ 1 / 0 }}",
                "{{ 1 // 0.0 }}",
                "{{ 1 % 0 }}",
                "{{ 0 ** -1 }}",
                "{{ [] < 1 }}",
                "{{ 1 in 2 }}",
                "{{ 1 in 'a' }}",
                "{{ 'a'() }}",
                "{{ f() }}",
                "{{ range() }}",
                "{{ range(1, 2, 0) }}",
                "{{ [1][::0] }}",
                "{{ 'a'.split('') }}",
                "{{ 'a'.strip(1) }}",
                "{{ 1|length }}",
                "{{ ms|tojson }}",
                "{{ 'a'|map }}",
                "{{ [1]|selectattr }}",
                "{{ raise_exception() }}",
                "{{ 012 }}",
                "{{ 'a' is string is string }}",
                "{% generation %}{% break %}{% endgeneration %}",
                "{{ a ? b }}"
            })
    void whatIsWrongIsSaid(String template) {
        assertStops(template, TemplateException.Kind.MALFORMED);
    }

    /// Templates with a few characters changed, moved or cut off.
    @Test
    void damagedTemplatesStopOrGiveText() {
        String template =
                """
                {%- macro m(a, b=[1, -2.5e3]) %}{{ a ~ b[::-1] | tojson(indent=2) }}{% endmacro -%}
                {% set ns = namespace(x={'k': 'v'}, y=s[:9]) %}{# c #}{% raw %}{{{% endraw %}
                {% for i in range(5) if i is odd or not i in (1, 2) %}{% set ns.x = ns.x.items() | list %}
                {{- m(loop.index, b=i ** 2 // 3) if i != 4 else 'a\\u00e9'.replace('a', "b") }}
                {% if loop.last %}{% break %}{% elif i %}{% continue %}{% else %}{{ i % 2 }}{% endif %}
                {% else %}{{ ns.y | trim | replace('x', 'yy') | list | sort | join(',') }}{% endfor %}
                """;
        var random = new Random(1);
        for (int round = 0; round < 5_000; round++) {
            var damaged = new StringBuilder(template);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int at = random.nextInt(damaged.length());
                int to = Math.min(damaged.length(), at + random.nextInt(1, 9));
                switch (random.nextInt(3)) {
                    case 0 -> damaged.delete(at, to);
                    case 1 ->
                            damaged.insert(
                                    random.nextInt(damaged.length()), damaged.substring(at, to));
                    default ->
                            damaged.setCharAt(
                                    at, "{}%#()[]'\"-+|.,=~ \n0a".charAt(random.nextInt(21)));
                }
                if (damaged.isEmpty()) {
                    damaged.append('{');
                }
            }
            try {
                assertThat(render(damaged.toString())).isNotNull();
            } catch (TemplateException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
