package dev.weightsmith.evaluate;
