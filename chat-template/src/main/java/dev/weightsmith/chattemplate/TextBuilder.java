package dev.weightsmith.chattemplate;

/// Collects a text, no longer than one may be, and counts the work.
final class TextBuilder {
    private final Limits limits;
    private final StringBuilder text = new StringBuilder();

    TextBuilder(Limits limits) {
        this.limits = limits;
    }

    TextBuilder append(String more) {
        Limits.checkLength((long) text.length() + more.length());
        limits.work(more.length() + 1);
        text.append(more);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
