package dev.weightsmith.chattemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Templates in the style of model families give the texts that transformers makes of them.
/// chat-templates.json is made by src/test/scripts/chat_templates.py.
class ChatTemplatesTest {
    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ChatTemplatesTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @TestFactory
    List<DynamicTest> textsAreThoseOfTransformers() throws IOException {
        JsonNode fixture = new ObjectMapper().readTree(resource("chat-templates.json"));
        var tests = new ArrayList<DynamicTest>();
        for (JsonNode one : fixture.path("cases")) {
            String template = one.path("template").textValue();
            boolean prompt = one.path("add_generation_prompt").booleanValue();
            String name =
                    template
                            + ", "
                            + one.path("conversation").textValue()
                            + (prompt ? ", prompt" : "");
            tests.add(
                    DynamicTest.dynamicTest(
                            name, () -> check(one, prompt, fixture.path("tokens"))));
        }
        return tests;
    }

    private static void check(JsonNode one, boolean prompt, JsonNode tokens) throws IOException {
        byte[] template = resource("templates/" + one.path("template").textValue() + ".jinja");
        var parsed = JinjaTemplate.parse(new String(template, StandardCharsets.UTF_8));
        var messages = new ArrayList<Map<String, String>>();
        for (JsonNode message : one.path("messages")) {
            messages.add(texts(message));
        }
        var variables = new HashMap<String, Value>();
        texts(tokens).forEach((name, text) -> variables.put(name, new Value.Text(text)));
        variables.put("messages", Value.messages(messages));
        variables.put("add_generation_prompt", Value.of(prompt));
        variables.put("tools", new Value.None());
        variables.put("documents", new Value.None());
        if (one.has("text")) {
            assertThat(parsed.render(variables, LocalDateTime::now))
                    .isEqualTo(one.path("text").textValue());
        } else {
            assertThatThrownBy(() -> parsed.render(variables, LocalDateTime::now))
                    .isInstanceOfSatisfying(
                            TemplateException.class, e -> checkError(e, one.path("error")));
        }
    }

    /// What the template says itself comes out in its words, what Python says in ours.
    private static void checkError(TemplateException found, JsonNode expected) {
        if (found.kind() == TemplateException.Kind.RAISED) {
            assertThat(found).hasMessageStartingWith(expected.textValue());
        } else {
            assertThat(found.kind()).isEqualTo(TemplateException.Kind.MALFORMED);
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().textValue()));
        return texts;
    }
}
