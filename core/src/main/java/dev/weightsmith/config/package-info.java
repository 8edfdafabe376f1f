/// What has to be known of a model besides its weights, from `config.json`, `params.json` or GGUF
/// metadata.
package dev.weightsmith.config;
