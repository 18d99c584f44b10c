import CDeflate
import CLZ4
import CLZMA
import CZstd

extension Compression {
    /// The versions of the libraries that are loaded: the bytes of an image depend on them.
    package enum Library {
        /// libzstd's version, such as `1.5.4`.
        package static var zstd: String { String(cString: ZSTD_versionString()) }
        /// liblzma's version.
        package static var xz: String { String(cString: lzma_version_string()) }
        /// libdeflate's version: that of its header, the library does not say.
        package static var gzip: String { LIBDEFLATE_VERSION_STRING }
        /// liblz4's version.
        package static var lz4: String { String(cString: LZ4_versionString()) }

        /// All versions by library name, sorted by name.
        package static var versions: [(name: String, version: String)] {
            [("libdeflate", gzip), ("liblz4", lz4), ("liblzma", xz), ("libzstd", zstd)]
        }
    }
}
