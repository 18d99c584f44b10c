package import Events

extension PayloadVerifier {
    /// Checks a payload, and tells of each step.
    ///
    /// - Parameters:
    ///   - file: The payload.
    ///   - verb: What is done, before the step's name, such as `verify`.
    ///   - events: Told how far it is.
    /// - Throws: As `verify(_:onProgress:)`.
    /// - Returns: What was found.
    package func verify(
        _ file: String, as verb: String, events: EventStream
    ) throws(PayloadError) -> VerifiedPayload {
        var current: (step: Step, progress: StepProgress)?
        do throws(PayloadError) {
            let verified = try verify(file) { step, done, total in
                if current?.step != step {
                    current?.progress.finish()
                    let unit: ProgressUnit = step == .rootfs ? .items : .bytes
                    current = (step, events.begin("\(verb) \(step)", total: total, unit: unit))
                }
                current?.progress.setTotal(total)
                current?.progress.setDone(done)
            }
            current?.progress.finish()
            return verified
        } catch {
            current?.progress.fail(error)
            throw error
        }
    }
}
