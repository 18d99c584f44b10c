import Glibc
import Synchronization
import Syscalls

/// An HTTP server on the loopback interface.
final class LoopbackServer: Sendable {
    /// What a client gets.
    enum Behaviour: Sendable {
        /// A status line and a body.
        case answer(status: String, body: [UInt8])
        /// The head and a part of the body, then nothing.
        case hangAfter(head: String, body: [UInt8])
        /// The file of a folder that was asked for, after some requests that are refused.
        case files(in: String, refusing: Int = 0)
    }

    let url: String
    private let listener: Int32
    private let thread: pthread_t
    private final class Context {
        let listener: Int32
        let behaviour: Behaviour
        init(_ listener: Int32, _ behaviour: Behaviour) {
            self.listener = listener
            self.behaviour = behaviour
        }
    }

    struct Failure: Error {}

    init(_ behaviour: Behaviour) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, .init(__sockaddr__: $0), length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, .init(__sockaddr__: $0), &length) == 0
            }
        }
        guard isListening else { throw Failure() }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Context(listener, behaviour)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let owned = Unmanaged<Context>.fromOpaque(context).takeRetainedValue()
                LoopbackServer.serve(owned.listener, owned.behaviour)
                return nil
            }, context)
        guard code == 0 else { throw Failure() }
        self.thread = thread
    }

    deinit {
        // Wakes the thread out of accept.
        shutdown(listener, Int32(SHUT_RDWR))
        pthread_join(thread, nil)
        close(listener)
    }

    private static func serve(_ listener: Int32, _ behaviour: Behaviour) {
        var open: [Int32] = []
        var refusedCount = 0
        while true {
            let client = accept(listener, .init(__sockaddr__: nil), nil)
            if client < 0 { break }
            var request = [UInt8](repeating: 0, count: 4096)
            _ = recv(client, &request, request.count, 0)
            switch behaviour {
            case .answer(let status, let body):
                send(
                    client,
                    "HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n"
                        + "Connection: close\r\n\r\n", body)
                close(client)
            case .hangAfter(let head, let body):
                send(client, "HTTP/1.1 200 OK\r\n\(head)\r\n\r\n", body)
                open.append(client)
            case .files(_, let refusing) where refusedCount < refusing:
                refusedCount += 1
                send(client, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n", [])
                close(client)
            case .files(let folder, _):
                let words = String(decoding: request, as: UTF8.self).split(separator: " ")
                let path = words.count > 1 ? String(words[1].prefix { $0 != "?" }) : "/"
                let body = path.contains("..") ? nil : try? FileSystem.read(folder + path)
                send(
                    client,
                    "HTTP/1.1 \(body == nil ? "404 Not Found" : "200 OK")\r\n"
                        + "Content-Length: \(body?.count ?? 0)\r\nConnection: close\r\n\r\n",
                    body ?? [])
                close(client)
            }
        }
        for client in open { close(client) }
    }

    private static func send(_ client: Int32, _ head: String, _ body: [UInt8]) {
        let bytes = Array(head.utf8) + body
        _ = Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
