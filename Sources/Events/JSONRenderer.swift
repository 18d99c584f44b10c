import JSON

/// One JSON object a line, for programs.
///
/// `event` is `start`, `progress`, `done`, `failed` or `log`. Steps carry `step`, `id`, `done`,
/// `total`, `unit`, `rate` (units a second), `eta` and `elapsed` (seconds).
package struct JSONRenderer: EventRenderer {
    package let interval: UInt64 = 1_000_000_000

    /// Makes the renderer.
    package init() {}

    package mutating func render(_ event: Event, steps: [StepState], at moment: Moment) -> String {
        let time = HumanText.timestamp(nanoseconds: moment.wall)
        let head: [JSON.Member] = [
            .init("time", .string(time)), .init("level", .string(event.level.rawValue)),
        ]
        let members: [JSON.Member] =
            switch event {
            case .began(let step): describe("start", step, at: moment)
            case .progressed(let step): describe("progress", step, at: moment)
            case .ended(let step, .done, let fields):
                describe("done", step, at: moment) + describe(fields)
            case .ended(let step, .failed(let reason), let fields):
                describe("failed", step, at: moment) + [.init("error", .string(reason))]
                    + describe(fields)
            case .logged(_, let message, let fields):
                [.init("event", "log"), .init("message", .string(message))] + describe(fields)
            }
        return JSON.object(head + members).text(.line) + "\n"
    }

    private func describe(_ event: String, _ step: StepState, at moment: Moment) -> [JSON.Member] {
        let elapsed = moment.seconds(since: step.began)
        let members = JSON.makeObject([
            "event": .string(event), "step": .string(step.name), "id": number(step.id),
            "done": number(step.done), "total": step.total.map(number),
            "unit": .string(step.unit.rawValue), "rate": step.rate.map { .double(rounded($0)) },
            "eta": event == "progress" ? step.remaining.map { .double(rounded($0)) } : nil,
            "elapsed": .double(rounded(elapsed)),
            "detail": step.detail.isEmpty ? nil : .string(step.detail),
        ])
        return members.members ?? []
    }

    private func describe(_ fields: [Field]) -> [JSON.Member] {
        guard !fields.isEmpty else { return [] }
        // A key given twice would make an object that our own parser refuses.
        var members: [JSON.Member] = []
        for field in fields {
            members.removeAll { $0.key == field.key }
            members.append(.init(field.key, .string(field.value)))
        }
        return [.init("fields", .object(members))]
    }

    private func number(_ value: UInt64) -> JSON {
        Int64(exactly: value).map { .integer($0) } ?? .double(Double(value))
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
