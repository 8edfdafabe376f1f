package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionTest {
    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("q.csv"), text);
    }

    @Test
    void questionsOfCEvalAreRead() throws IOException {
        var questions =
                Question.read(
                        file(
                                "id,question,A,B,C,D,answer,explanation\n"
                                        + "0,\"甲，\"\"乙\"\"\",一,二,三,四,B,\n"));
        assertThat(questions)
                .containsExactly(new Question("甲，\"乙\"", List.of("一", "二", "三", "四"), 1));
    }

    @Test
    void questionsOfCmmluAreRead() throws IOException {
        var questions =
                Question.read(
                        file("\ufeff,Question,A,B,C,D,Answer\r\n0,\"x\ny\",1,2,3,4,D\r\n\r\n"));
        assertThat(questions).containsExactly(new Question("x\ny", List.of("1", "2", "3", "4"), 3));
    }

    @Test
    void aFileWithoutAnswersIsRefused() throws IOException {
        Path file = file("id,question,A,B,C,D\n0,q,1,2,3,4\n");
        assertThatThrownBy(() -> Question.read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("lacks the column 'answer'");
    }

    @Test
    void aMissingAnswerIsRefusedWithItsLine() throws IOException {
        Path file = file("question,A,B,C,D,answer\n\"a\nb\",1,2,3,4,A\nq,1,2,3,4,\n");
        assertThatThrownBy(() -> Question.read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("line 4: the answer is '', expected A, B, C or D");
    }

    @Test
    void aShortRowIsRefused() throws IOException {
        Path file = file("question,A,B,C,D,answer\nq,1,2\n");
        assertThatThrownBy(() -> Question.read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("line 2: has 3 fields, expected 6");
    }

    @Test
    void anOpenQuoteIsRefused() throws IOException {
        Path file = file("question,A,B,C,D,answer\n\"q,1,2,3,4,A\n");
        assertThatThrownBy(() -> Question.read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("line 2: a field in quotes does not end");
    }

    @Test
    void anExampleIsAPromptWithItsAnswer() {
        var question = new Question("问", List.of("1", "2", "3", "4"), 2);
        assertThat(question.example()).isEqualTo("问\nA. 1\nB. 2\nC. 3\nD. 4\n答案：C\n\n");
    }
}
