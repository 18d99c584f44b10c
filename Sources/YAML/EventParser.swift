import CYAML

/// Builds values from libyaml's events.
///
/// Events instead of libyaml's documents: depth, aliases and duplicate keys are judged as they come,
/// before anything is built from them.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        // libyaml keeps the pointer, so the bytes get a home for as long as the parser lives.
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("no memory") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// One event in Swift's terms.
    private enum Token {
        case scalar(String, isPlain: Bool)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case documentStart
        case documentEnd
        case streamStart
        case streamEnd
    }

    /// Reads the stream's one document.
    func parseDocument() throws(YAMLError) -> YAMLNode {
        _ = try next()
        guard case .documentStart = try next().token else { throw .empty }
        let (token, mark) = try next()
        let root = try parseValue(token, mark, depth: 0)
        _ = try next()
        let (last, lastMark) = try next()
        guard case .streamEnd = last else {
            throw .unsupported("a second document is", lastMark)
        }
        return root
    }

    private func parseValue(
        _ token: Token, _ mark: YAMLMark, depth: Int
    ) throws(YAMLError) -> YAMLNode {
        guard depth <= YAMLNode.depthLimit else {
            throw .tooDeep(limit: YAMLNode.depthLimit, mark)
        }
        switch token {
        case .scalar(let text, let isPlain):
            return YAMLNode(.scalar(text, isPlain: isPlain), at: mark)
        case .sequenceStart: return try parseSequence(mark, depth: depth)
        case .mappingStart: return try parseMapping(mark, depth: depth)
        case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamStart, .streamEnd:
            // libyaml's grammar has only values here.
            throw .syntax("expected a value", mark)
        }
    }

    private func parseSequence(_ start: YAMLMark, depth: Int) throws(YAMLError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let (token, mark) = try next()
            if case .sequenceEnd = token { return YAMLNode(.sequence(elements), at: start) }
            elements.append(try parseValue(token, mark, depth: depth + 1))
        }
    }

    private func parseMapping(_ start: YAMLMark, depth: Int) throws(YAMLError) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var places: [String: YAMLMark] = [:]
        while true {
            let (token, mark) = try next()
            if case .mappingEnd = token { return YAMLNode(.mapping(entries), at: start) }
            guard case .scalar(let key, let isPlain) = token else { throw .keyNotText(mark) }
            guard !isPlain || key != "<<" else { throw .unsupported("a merge key is", mark) }
            if let first = places.updateValue(mark, forKey: key) {
                throw .duplicateKey(key, mark, first: first)
            }
            let (valueToken, valueMark) = try next()
            let value = try parseValue(valueToken, valueMark, depth: depth + 1)
            entries.append(YAMLNode.Entry(key: key, keyMark: mark, value: value))
        }
    }

    private func next() throws(YAMLError) -> (token: Token, mark: YAMLMark) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let mark = EventParser.mark(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(anchor: scalar.anchor, tag: scalar.tag, mark)
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return (.scalar(text, isPlain: isPlain), mark)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            try refuse(anchor: start.anchor, tag: start.tag, mark)
            return (.sequenceStart, mark)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            try refuse(anchor: start.anchor, tag: start.tag, mark)
            return (.mappingStart, mark)
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, mark)
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, mark)
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, mark)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, mark)
        case YAML_STREAM_START_EVENT: return (.streamStart, mark)
        case YAML_ALIAS_EVENT: throw .unsupported("an alias is", mark)
        default: return (.streamEnd, mark)
        }
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ mark: YAMLMark
    ) throws(YAMLError) {
        if anchor != nil { throw .unsupported("an anchor is", mark) }
        if tag != nil { throw .unsupported("a tag is", mark) }
    }

    private func syntaxError() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "no memory"
        let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
        return .syntax(context + problem, EventParser.mark(parser.pointee.problem_mark))
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
