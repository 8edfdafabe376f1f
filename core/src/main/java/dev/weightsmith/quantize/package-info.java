/// Which tensor gets which type: file types, mixtures, importance matrices.
package dev.weightsmith.quantize;
