// PyTorch's own writer of zip files, callable from Python: see references.py. The class is that of
// caffe2/serialize/inline_container.h, of which only these members are called.
#include <cstddef>
#include <string>

namespace caffe2::serialize {
class PyTorchStreamWriter {
 public:
  explicit PyTorchStreamWriter(std::string path);
  ~PyTorchStreamWriter();
  void writeRecord(const std::string& name, const void* data, size_t size, bool compress);
  void writeEndOfFile();

 private:
  // More than the members of any version.
  alignas(16) char members[4096];
};
}  // namespace caffe2::serialize

using Writer = caffe2::serialize::PyTorchStreamWriter;

extern "C" void* writer_open(const char* path) { return new Writer(path); }

extern "C" void writer_record(void* writer, const char* name, const void* data, size_t size) {
  static_cast<Writer*>(writer)->writeRecord(name, data, size, false);
}

extern "C" void writer_close(void* writer) {
  static_cast<Writer*>(writer)->writeEndOfFile();
  delete static_cast<Writer*>(writer);
}
