import Syscalls

extension [UInt8] {
    /// Calls with the array's memory; unlike the library's own, with a typed error.
    func withBytes<Value>(
        _ body: (UnsafeRawBufferPointer) throws(SquashFSError) -> Value
    ) throws(SquashFSError) -> Value {
        try withUnsafeBytes { bytes in
            Result { () throws(SquashFSError) in try body(bytes) }
        }.get()
    }

    /// Calls with the array's memory for writing; unlike the library's own, with a typed error.
    mutating func withMutableBytes<Value>(
        _ body: (UnsafeMutableRawBufferPointer) throws(SquashFSError) -> Value
    ) throws(SquashFSError) -> Value {
        try withUnsafeMutableBytes { bytes in
            Result { () throws(SquashFSError) in try body(bytes) }
        }.get()
    }
}

/// Turns a failed system call into this module's error.
func system<Value>(_ body: () throws(SystemError) -> Value) throws(SquashFSError) -> Value {
    do throws(SystemError) {
        return try body()
    } catch {
        throw .system(error)
    }
}
