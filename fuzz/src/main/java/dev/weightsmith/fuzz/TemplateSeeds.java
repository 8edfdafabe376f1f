package dev.weightsmith.fuzz;

import dev.weightsmith.chattemplate.Value;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Chat templates: the built-in ones, and more of Jinja than those have.
final class TemplateSeeds {
    private static final String LOOPS =
            """
            {%- for message in messages if not message['role'] == 'tool' -%}
            {%- if loop.first and message.role is defined %}{{ loop.index0 ~ bos_token }}
            {%- elif loop.last %}{{- raise_exception('no ' + message.role) if false -}}
            {%- else %}{{ message['content'] | trim | upper | replace('A', "b") }}{% endif %}
            {%- endfor %}
            {%- set ns = namespace(n=0, found=false) %}
            {%- for i in range(3) %}{% set ns.n = ns.n + i * 2 % 3 %}{% endfor -%}
            {{ ns.n // 2 ** 2 }}{# a comment #}{{ messages[::-1][0]['content'][1:] }}
            """;

    private static final String MACROS =
            """
            {%- macro turn(role, content='', end="\\n") -%}
            {{ '<|' + role + '|>' }}{{ content }}{{ end }}
            {%- endmacro -%}
            {{ turn('user', content=messages | map(attribute='content') | join(', ')) }}
            {%- set tools = tools or [] %}{{ tools | length }}{{ {'a': [1, 2.5, none]} | tojson(indent=2) }}
            {%- if messages | selectattr('role', 'equalto', 'user') | list | length >= 1 %}
            {{- strftime_now('%d %b %Y') }}{{ "a,b".split(',')[-1].strip() }}{% endif %}
            {%- generation %}{{ (1, 'x') in [(1, 'x')] }}{% endgeneration %}
            """;

    private TemplateSeeds() {}

    static List<byte[]> all() {
        return Stream.concat(
                        ChatTemplates.BUILT_IN.stream().map(ChatTemplates::builtIn),
                        Stream.of(LOOPS, MACROS))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /// What a template is given.
    static Map<String, Value> variables() {
        return Map.of(
                "messages",
                Value.messages(List.of(message("system", "Be brief."), message("user", " 你好 "))),
                "bos_token",
                new Value.Text("<s>"),
                "add_generation_prompt",
                Value.of(true),
                "tools",
                new Value.None());
    }

    private static Map<String, String> message(String role, String content) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }
}
