package dev.weightsmith.inference;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A question with four answers to choose from, as C-Eval and CMMLU write them.
///
/// @param choices the texts of A, B, C and D
/// @param answer which is right, 0 to 3
public record Question(String text, List<String> choices, int answer) {
    public static final List<String> LETTERS = List.of("A", "B", "C", "D");

    public Question {
        choices = List.copyOf(choices);
    }

    /// Reads a file: a line of headings, among them question, A, B, C, D and answer, in any case.
    ///
    /// @throws FileException if one of them is missing, or a question has no answer
    public static List<Question> read(Path file) throws IOException {
        List<Csv.Row> rows = Csv.parse(file, PlainText.read(file));
        if (rows.isEmpty()) {
            throw FileException.malformed(file, "is empty, expected questions");
        }
        List<String> headings =
                rows.getFirst().fields().stream()
                        .map(heading -> heading.strip().toLowerCase(Locale.ROOT))
                        .toList();
        int text = column(file, headings, "question");
        int answer = column(file, headings, "answer");
        var choices = new ArrayList<Integer>();
        for (String letter : LETTERS) {
            choices.add(column(file, headings, letter.toLowerCase(Locale.ROOT)));
        }
        var questions = new ArrayList<Question>();
        for (Csv.Row row : rows.subList(1, rows.size())) {
            if (row.fields().size() < headings.size()) {
                throw FileException.malformed(
                        file,
                        "line "
                                + row.number()
                                + ": has "
                                + row.fields().size()
                                + " fields, expected "
                                + headings.size());
            }
            questions.add(
                    new Question(
                            row.fields().get(text).strip(),
                            choices.stream().map(i -> row.fields().get(i).strip()).toList(),
                            answer(file, row, row.fields().get(answer))));
        }
        if (questions.isEmpty()) {
            throw FileException.malformed(file, "holds headings but no question");
        }
        return questions;
    }

    private static int column(Path file, List<String> headings, String name) throws FileException {
        int column = headings.indexOf(name);
        if (column < 0) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    file,
                                    "line 1: lacks the column '"
                                            + name
                                            + "', expected id,question,A,B,C,D,answer")
                            .withHint(
                                    "C-Eval's test files have no answers; its val and dev files"
                                            + " have"));
        }
        return column;
    }

    private static int answer(Path file, Csv.Row row, String text) throws FileException {
        int answer = LETTERS.indexOf(text.strip().toUpperCase(Locale.ROOT));
        if (answer < 0) {
            throw FileException.malformed(
                    file,
                    "line "
                            + row.number()
                            + ": the answer is "
                            + Printable.name(text)
                            + ", expected A, B, C or D");
        }
        return answer;
    }

    /// The question as a model is asked, up to where the answer's letter comes.
    String prompt() {
        var prompt = new StringBuilder(text);
        for (int i = 0; i < choices.size(); i++) {
            prompt.append('\n').append(LETTERS.get(i)).append(". ").append(choices.get(i));
        }
        return prompt.append("\n答案：").toString();
    }

    /// The question as an example, with its answer.
    String example() {
        return prompt() + LETTERS.get(answer) + "\n\n";
    }
}
