package dev.weightsmith.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.Sums;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// A plan in a file, with what is no part of it: where its sources lay when it was made.
///
/// @param places of the sources, at most one for each
public record PlanFile(Plan plan, List<Place> places) {
    private static final String FORMAT = "weightsmith-plan";
    private static final int VERSION = 1;

    /// Vocabularies and importance matrices are in it.
    private static final int LARGEST = 1 << 29;

    /// Where a source lay.
    ///
    /// @param modified its time of modification then, as ISO-8601
    public record Place(Source source, Path path, String modified) {}

    public PlanFile {
        places = List.copyOf(places);
    }

    /// A plan with the places of its sources now.
    public static PlanFile of(Plan plan, Sources open) throws IOException {
        var places = new ArrayList<Place>();
        for (Source source : plan.sources()) {
            Path path = open.file(source).path().toAbsolutePath().normalize();
            places.add(new Place(source, path, Files.getLastModifiedTime(path).toString()));
        }
        return new PlanFile(plan, places);
    }

    /// What identifies a plan: the SHA-256 of its canonical JSON, 64 hexadecimal digits. Two plans
    /// have the same one if and only if they are equal.
    public static String id(Plan plan) {
        return Sums.digestOf(JsonText.canonical(PlanWriter.json(plan)));
    }

    /// The whole file.
    public byte[] bytes() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("version", VERSION);
        ObjectNode written = PlanWriter.json(plan);
        json.put("id", Sums.digestOf(JsonText.canonical(written)));
        json.set("plan", written);
        ArrayNode table = json.putArray("places");
        for (Place place : places) {
            table.addObject()
                    .put("source", place.source().name())
                    .put("path", place.path().toString())
                    .put("modified", place.modified());
        }
        return JsonText.canonical(json);
    }

    /// Reads a file that [#bytes] made.
    ///
    /// @param layouts makes the layout that a specification and tensors say
    /// @throws FileException if it is none, of another version, or was edited
    public static PlanFile read(
            Path file, BiFunction<LayoutSpec, List<TensorInfo>, FileLayout> layouts)
            throws IOException {
        ObjectNode json = StrictJson.readObject(file, LARGEST);
        if (!json.path("format").asText().equals(FORMAT)) {
            throw FileException.malformed(file, "is not a plan of Weightsmith's");
        }
        if (json.path("version").asInt() != VERSION) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file,
                                    "is a plan of version %s, expected %d"
                                            .formatted(
                                                    Printable.text(json.path("version").toString()),
                                                    VERSION))
                            .withHint("make the plan again with this version of Weightsmith"));
        }
        if (!(json.path("plan") instanceof ObjectNode written)) {
            throw FileException.malformed(file, "holds no plan");
        }
        requireUnchanged(file, json.path("id").asText(), written);
        Plan plan = PlanReader.read(file, written, layouts::apply);
        return new PlanFile(plan, places(file, plan, json.path("places")));
    }

    private static void requireUnchanged(Path file, String id, ObjectNode written)
            throws FileException {
        String found = Sums.digestOf(JsonText.canonical(written));
        if (!found.equals(id)) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.CHECK_FAILED,
                                    file,
                                    "was edited: its plan has the id %s, expected %s"
                                            .formatted(found, Printable.name(id)))
                            .withHint("make the plan again with the options that you want"));
        }
    }

    private static List<Place> places(Path file, Plan plan, JsonNode table) throws FileException {
        var places = new ArrayList<Place>();
        for (JsonNode entry : table) {
            String name = entry.path("source").asText();
            Optional<Source> source =
                    plan.sources().stream().filter(known -> known.name().equals(name)).findFirst();
            if (source.isEmpty()) {
                throw FileException.malformed(
                        file,
                        "says where %s lies, which its plan does not read"
                                .formatted(Printable.name(name)));
            }
            places.add(
                    new Place(
                            source.get(),
                            Path.of(entry.path("path").asText()),
                            entry.path("modified").asText()));
        }
        return places;
    }
}
