package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.Printable;
import dev.weightsmith.inference.Comparison;
import dev.weightsmith.inference.TextWindow;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.inference.Vocabulary;
