/// PyTorch's files: the zip container, the legacy one before it, and the pickles inside.
///
/// Pickles are programs. The ones here are never run: [dev.weightsmith.format.torch.PickleMachine]
/// turns one into plain values, and knows only the names that tensors are made of.
package dev.weightsmith.format.torch;
