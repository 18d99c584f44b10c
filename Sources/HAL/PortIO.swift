import Glibc
import Syscalls

/// Access to I/O ports: the one place where hardware is touched, so that tests have one of their own.
package protocol PortIO: Sendable {
    /// Reads a byte from a port.
    func read(_ port: UInt16) throws(HALError) -> UInt8
    /// Writes a byte to a port.
    func write(_ value: UInt8, to port: UInt16) throws(HALError)
}

/// The machine's own ports through `/dev/port` (mem(4)): the offset is the port.
package struct DevicePorts: PortIO {
    private let file: File

    /// Opens the device, which needs CAP_SYS_RAWIO.
    package init(_ path: String = "/dev/port") throws(HALError) {
        do throws(SystemError) {
            file = try File(path, flags: O_RDWR)
        } catch {
            throw .system(error)
        }
    }

    package func read(_ port: UInt16) throws(HALError) -> UInt8 {
        do throws(SystemError) {
            guard let value = try file.read(1, at: UInt64(port)).first else {
                throw SystemError("pread", file.path, code: EIO)
            }
            return value
        } catch {
            throw .system(error)
        }
    }

    package func write(_ value: UInt8, to port: UInt16) throws(HALError) {
        let result: Result<Void, SystemError> = withUnsafeBytes(of: value) { buffer in
            Result { () throws(SystemError) in try file.write(buffer, at: UInt64(port)) }
        }
        if case .failure(let error) = result { throw .system(error) }
    }
}

/// The registers behind a pair of ports.
package struct RegisterBank: Sendable {
    private let ports: any PortIO
    private let pair: Hardware.PortPair
    private let lock: File

    /// Prepares.
    ///
    /// - Parameters:
    ///   - ports: The ports.
    ///   - pair: Which two of them.
    ///   - lockPath: A file that is locked while a register is used: between number and value no
    ///     other process may name another register.
    /// - Throws: `HALError.system`.
    package init(_ ports: any PortIO, pair: Hardware.PortPair, lockPath: String) throws(HALError) {
        self.ports = ports
        self.pair = pair
        do throws(SystemError) {
            lock = try File(lockPath, flags: O_RDWR | O_CREAT)
        } catch {
            throw .system(error)
        }
    }

    /// Reads a register.
    package func read(_ register: UInt8) throws(HALError) -> UInt8 {
        try locked { () throws(HALError) in
            try ports.write(register, to: pair.index)
            return try ports.read(pair.data)
        }
    }

    /// Changes a register, and reads it again.
    ///
    /// - Parameters:
    ///   - register: The register.
    ///   - change: Makes the new value of the old one; nothing is written when they are equal.
    /// - Throws: `HALError.notTaken` when it does not read as written.
    package func update(_ register: UInt8, _ change: (UInt8) -> UInt8) throws(HALError) {
        try locked { () throws(HALError) in
            try ports.write(register, to: pair.index)
            let old = try ports.read(pair.data)
            let new = change(old)
            guard new != old else { return }
            try ports.write(new, to: pair.data)
            let read = try ports.read(pair.data)
            guard read == new else {
                throw .notTaken(register: register, written: new, read: read)
            }
        }
    }

    private func locked<Value>(_ work: () throws(HALError) -> Value) throws(HALError) -> Value {
        do throws(SystemError) {
            _ = try lock.lock(wait: true)
        } catch {
            throw .system(error)
        }
        defer { flock(lock.descriptor, LOCK_UN) }
        return try work()
    }
}
