package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.report.LabelSpace.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelSpaceTest {
    private static final double WIDTH = 200;

    @Test
    void placesThatAreApartStayApartAtEveryGreaterWidth() {
        var random = new Random(3);
        for (int round = 0; round < 200; round++) {
            var space = new LabelSpace(20, 20, 100);
            var taken = new ArrayList<Place>();
            for (int i = 0; i < 40; i++) {
                double from = random.nextInt(120) - 80;
                double top = random.nextInt(90);
                var place = new Place(random.nextDouble(), from, from + 30, top, top + 10);
                if (space.take(place, WIDTH)) {
                    taken.add(place);
                }
            }
            assertThat(taken).hasSizeGreaterThan(3);
            for (double width = WIDTH; width < 3000; width *= 1.1) {
                assertApart(taken, width);
            }
        }
    }

    private static void assertApart(List<Place> places, double width) {
        for (int i = 0; i < places.size(); i++) {
            for (int j = i + 1; j < places.size(); j++) {
                Place one = places.get(i);
                Place other = places.get(j);
                double between = (other.share() - one.share()) * width;
                boolean meet =
                        one.from() < between + other.to()
                                && between + other.from() < one.to()
                                && one.top() < other.bottom()
                                && other.top() < one.bottom();
                assertThat(meet).as("%s %s at %s", one, other, width).isFalse();
            }
        }
    }

    @Test
    void aLabelOnTheFarSideOfItsNeighbourIsRefused() {
        var space = new LabelSpace(0, 0, 100);
        space.take(new Place(0.5, 40, 60, 0, 10), WIDTH);
        // Clear at this width, but further on the two would pass through each other.
        assertThat(space.take(new Place(0.6, -60, 0, 0, 10), WIDTH)).isFalse();
    }

    @Test
    void severalPlacesAreTakenTogetherOrNotAtAll() {
        var space = new LabelSpace(0, 0, 100);
        var free = new Place(0.2, 0, 10, 0, 10);
        var outside = new Place(1, 0, 10, 0, 10);
        assertThat(space.takeAll(List.of(free, outside), WIDTH)).isFalse();
        assertThat(space.take(free, WIDTH)).isTrue();
    }
}
