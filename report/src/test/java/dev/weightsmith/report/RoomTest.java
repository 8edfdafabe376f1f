package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RoomTest {
    /// The page's own margins, and the widest bar for scrolling that is usual.
    private static final double AROUND = 2 * 1.25 * 16 + 17;

    @Test
    void labelsAreSeenOnlyWhereThereIsTheRoomTheyNeed() {
        List<Room> rooms = Room.PAGE.stream().filter(room -> !room.name().isEmpty()).toList();
        assertThat(rooms).hasSize(2);
        for (Room room : rooms) {
            Matcher rule =
                    Pattern.compile(
                                    "@media \\(min-width: (\\d+)rem\\) \\{ \\.%s \\{ display: inline; } \\.until-%s \\{ display: none; } }"
                                            .formatted(room.name(), room.name()))
                            .matcher(Stylesheet.TEXT);
            assertThat(rule.find()).as(room.name()).isTrue();
            assertThat(Integer.parseInt(rule.group(1)) * 16 - AROUND)
                    .isGreaterThanOrEqualTo(room.width());
        }
    }

    @Test
    void galleriesLeaveTheRoomTheyPromise() {
        assertThat(Stylesheet.TEXT).contains("minmax(max(12rem, ");
        assertThat(12 * 16.0).isGreaterThanOrEqualTo(Room.GALLERY.getFirst().width());
    }
}
