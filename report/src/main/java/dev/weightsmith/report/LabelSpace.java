package dev.weightsmith.report;

import java.util.ArrayList;
import java.util.List;

/// Where the labels of a drawing stand, so that none ever covers another.
///
/// A drawing is as wide as the page lets it be: what it shows moves with the width, the labels
/// beside it keep their size. Two of them stay apart at every greater width if they are apart at
/// one, each on its own side of the other.
final class LabelSpace {
    private static final double GAP = 3;

    private final double left;
    private final double right;
    private final double height;
    private final List<Place> taken = new ArrayList<>();

    /// A box that is tied to a place across the drawing.
    ///
    /// @param share of the drawing's width at which it is tied, 0 to 1
    /// @param from its left end in pixels from there
    /// @param to its right end in pixels from there
    record Place(double share, double from, double to, double top, double bottom) {
        boolean isClearOf(Place other, double width) {
            if (bottom <= other.top || other.bottom <= top) {
                return true;
            }
            double between = (other.share - share) * width;
            boolean before = to + GAP <= between + other.from;
            boolean behind = other.to + GAP + between <= from;
            return share < other.share ? before : share > other.share ? behind : before || behind;
        }
    }

    /// @param left pixels that labels may stand out on the left side, and `right` on the right
    LabelSpace(double left, double right, double height) {
        this.left = left;
        this.right = right;
        this.height = height;
    }

    /// Takes a place unless it would meet another, or leave the drawing, at `width` or any greater
    /// one.
    boolean take(Place place, double width) {
        if (!isFree(place, width)) {
            return false;
        }
        taken.add(place);
        return true;
    }

    /// Takes several places, all or none.
    boolean takeAll(List<Place> places, double width) {
        int before = taken.size();
        for (Place place : places) {
            if (!take(place, width)) {
                taken.subList(before, taken.size()).clear();
                return false;
            }
        }
        return true;
    }

    /// Keeps labels away from something drawn.
    void occupy(Place place) {
        taken.add(place);
    }

    private boolean isFree(Place place, double width) {
        double at = place.share() * width;
        return at + place.from() >= -left
                && at + place.to() <= width + right
                && place.top() >= 0
                && place.bottom() <= height
                && taken.stream().allMatch(other -> place.isClearOf(other, width));
    }
}
