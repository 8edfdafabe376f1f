package dev.weightsmith.benchmarks;

/// The sizes of LLaMA models; fewer key/value heads than heads where queries are grouped.
enum ModelShape {
    TINY("tiny", 256, 512, 4, 4, 2, 1000),
    B1("1.1B", 2048, 5632, 22, 32, 4, 32000),
    B7("7B", 4096, 11008, 32, 32, 32, 32000),
    B13("13B", 5120, 13824, 40, 40, 40, 32000),
    B33("33B", 6656, 17920, 60, 52, 52, 32000),
    B65("65B", 8192, 22016, 80, 64, 64, 32000),
    B70("70B", 8192, 28672, 80, 64, 8, 32000);

    final String label;
    final int width;
    final int feedForward;
    final int layers;
    final int heads;
    final int keyValueHeads;
    final int vocabulary;

    ModelShape(
            String label,
            int width,
            int feedForward,
            int layers,
            int heads,
            int keyValueHeads,
            int vocabulary) {
        this.label = label;
        this.width = width;
        this.feedForward = feedForward;
        this.layers = layers;
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        this.vocabulary = vocabulary;
    }

    /// @throws IllegalArgumentException naming the shapes there are
    static ModelShape of(String label) {
        for (ModelShape shape : values()) {
            if (shape.label.equalsIgnoreCase(label)) {
                return shape;
            }
        }
        throw new IllegalArgumentException(
                "no shape '"
                        + label
                        + "', expected one of "
                        + java.util.Arrays.stream(values()).map(shape -> shape.label).toList());
    }

    int keyValueWidth() {
        return width / heads * keyValueHeads;
    }
}
