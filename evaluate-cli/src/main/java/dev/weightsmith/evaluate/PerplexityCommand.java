package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.TimeSpan;
import dev.weightsmith.error.Printable;
import dev.weightsmith.inference.Perplexity;
import dev.weightsmith.inference.TextWindow;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.inference.Vocabulary;
