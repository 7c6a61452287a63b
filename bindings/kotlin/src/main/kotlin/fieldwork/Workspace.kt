package fieldwork

import java.nio.file.Path
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.channels.trySendBlocking
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import kotlinx.coroutines.withContext

/**
 * Captures, cases, register and sync of one device.
 *
 * The core blocks; every function here suspends instead and runs it on [Dispatchers.IO], so that it may be
 * called from the main thread. Only [enrol] and [sync] need a network. Safe from any thread and coroutine.
 *
 * Every function throws [FieldworkException], whose variants are what an app can act on; after [shutdown] or
 * [close] that is [FieldworkException.Closed]. A fault inside the core arrives as
 * [InternalException] and leaves the workspace usable.
 */
public class Workspace private constructor(
    private val core: BlockingWorkspace,
    private val io: CoroutineDispatcher,
) : AutoCloseable {
    private val closed = AtomicBoolean()

    /**
     * Enrols the device with a one-time [code] of the hub at [hub], then fetches register and catalogue.
     * Asking again with the same code after a lost answer is harmless.
     *
     * @throws FieldworkException.NotEnrolled where the code is not good
     * @throws FieldworkException.Invalid where [hub] is no address
     * @throws FieldworkException.Offline where no answer came
     */
    public suspend fun enrol(hub: String, code: String): Enrolment = call { it.enrol(hub, code) }

    /** Whose device this is; null before it is enrolled. */
    public suspend fun enrolment(): Enrolment? = call { it.enrolment() }

    /**
     * The damaged database that opening moved aside, where there was one. What had reached the hub comes back
     * with the next sync; show the path, so that the rest can be rescued.
     */
    public suspend fun movedAside(): Path? = call { it.movedAside() }

    /**
     * Persons, households, plots and premises by name, code, number or phone, best first.
     *
     * @throws FieldworkException.NotReady before the register has arrived
     */
    public suspend fun find(text: String, limit: Int = 20): List<Found> {
        val most = natural(limit, "limit")
        return call { it.find(text, most) }
    }

    /**
     * What is still to be said in [draft]; to be asked again after each answer. Saves nothing. An answer that
     * is only half typed is named in [Asking.refused] and counts as not given.
     *
     * @throws FieldworkException.Invalid where its kind or what it is about is not known
     * @throws FieldworkException.NotReady before register and catalogue have arrived
     */
    public suspend fun ask(draft: Draft): Asking = call { it.ask(draft) }

    /**
     * Saves what was entered. Once this returns a power cut does not lose it, and the photo files may be
     * deleted.
     *
     * Cancelling the coroutine does not take the capture back: it is saved whole or not at all, and an app
     * that does not know which finds out by [captures].
     *
     * @throws FieldworkException.Invalid names what cannot be taken; nothing of the draft is there
     * @throws FieldworkException.Storage with [StorageFault.FULL] where there is no room
     */
    public suspend fun save(draft: Draft): Saved = call { it.save(draft) }

    /** A page of captures, oldest first. */
    public suspend fun captures(offset: Int = 0, limit: Int = 50): List<CaptureItem> {
        val first = natural(offset, "offset")
        val most = natural(limit, "limit")
        return call { it.captures(first, most) }
    }

    /** What a capture becomes: every form, whole or stopped. */
    public suspend fun envelopes(capture: String): List<FilledForm> = call { it.envelopes(capture) }

    /** What a capture becomes, and where each box comes from, in Chinese and English. */
    public suspend fun explain(capture: String): List<ExplainedForm> = call { it.explain(capture) }

    /** What is to be mended, oldest first: refused and stopped forms of captures that nobody has corrected. */
    public suspend fun tasks(): List<MendTask> = call { it.tasks() }

    /** What the upstreams said to a capture's envelopes, as of the last [sync]. */
    public suspend fun receipts(capture: String): List<Receipt> = call { it.receipts(capture) }

    /** All cases, oldest first. */
    public suspend fun cases(): List<Case> = call { it.cases() }

    /** The history of a case: captures and what upstreams said, oldest first. */
    public suspend fun timeline(case: String): List<TimelineItem> = call { it.timeline(case) }

    /** Fields on which two people differ; nothing is lost until somebody chooses. */
    public suspend fun conflicts(): List<Conflict> = call { it.conflicts() }

    /** Chooses the value number [keep] (0 is the first listed) of the conflict with this id. */
    public suspend fun resolve(conflict: String, keep: Int) {
        val chosen = natural(keep, "keep")
        call { it.resolve(conflict, chosen) }
    }

    /**
     * Writes one fact of the register. [value] is checked like an answer; a code may be given by its label.
     *
     * @throws FieldworkException.Invalid names the concept and what is wrong, never the value
     */
    public suspend fun edit(entity: String, concept: String, value: String): Unit =
        call { it.edit(entity, concept, value) }

    /**
     * Syncs with the hub: sends what is new, brings what is lacking, then sends the photographs.
     *
     * [onStep] is called on an IO thread. What it throws stops the sync and comes out of this function as it
     * was thrown. Cancelling the coroutine stops the sync at the next safe point. Either way, what was done
     * until then stays done.
     *
     * @throws FieldworkException.Offline where no answer came; try again later
     * @throws FieldworkException.NotEnrolled before [enrol], or where the device was revoked
     * @throws FieldworkException.Hub where the hub did not answer as agreed
     */
    public suspend fun sync(onStep: (SyncStep) -> Unit = {}): SyncReport =
        call { core -> syncBlocking(core, currentCoroutineContext().job, onStep) }

    /**
     * [sync] as a flow: its steps, and its report as the last element. Cold, each collection syncs once;
     * whoever stops collecting stops the sync at the next safe point.
     */
    public fun syncing(): Flow<SyncEvent> = callbackFlow {
        val report = call { core ->
            syncBlocking(core, this@callbackFlow.coroutineContext.job) { trySendBlocking(SyncEvent.Step(it)) }
        }
        send(SyncEvent.Done(report))
        close()
        awaitClose()
    }.flowOn(io)

    /** Ends all use: later calls fail with [FieldworkException.Closed]. Does nothing the second time. */
    public suspend fun shutdown(): Unit = withContext(io) { close() }

    /** Like [shutdown], but blocks; returns after the call that is writing right now. */
    override fun close() {
        if (!closed.compareAndSet(false, true)) return
        core.use { it.shutdown() }
    }

    private suspend fun <T> call(block: suspend (BlockingWorkspace) -> T): T = withContext(io) {
        if (closed.get()) throw FieldworkException.Closed()
        try {
            block(core)
        } catch (freed: IllegalStateException) {
            // Closed between the look and the call.
            throw if (closed.get()) FieldworkException.Closed() else freed
        }
    }

    public companion object {
        /**
         * Opens the workspace in [directory], which is made where it is missing. The folder must be private to
         * the app and outside backups. Calls run on [io].
         *
         * @throws FieldworkException.Storage with [StorageFault.IN_USE] where another process has it open
         */
        public suspend fun open(directory: Path, io: CoroutineDispatcher = Dispatchers.IO): Workspace =
            withContext(io) { Workspace(BlockingWorkspace.open(directory), io) }
    }
}

/** What [Workspace.syncing] tells of. */
public sealed interface SyncEvent {
    /** Another step has begun. */
    public data class Step(val step: SyncStep) : SyncEvent

    /** The sync has come to its end. */
    public data class Done(val report: SyncReport) : SyncEvent
}

/** Syncs on this thread; [onStep] may throw, and the end of [job] stops it. */
private fun syncBlocking(core: BlockingWorkspace, job: Job, onStep: (SyncStep) -> Unit): SyncReport {
    var thrown: Throwable? = null
    val progress = object : SyncProgress {
        // Anything at all may be thrown in there; none of it may run into the core.
        override fun step(step: SyncStep): Boolean = try {
            onStep(step)
            job.isActive
        } catch (any: Throwable) {
            thrown = any
            false
        }
    }
    try {
        return core.sync(progress)
    } catch (stopped: FieldworkException.Stopped) {
        thrown?.let { throw it }
        job.ensureActive()
        throw stopped
    }
}

private fun natural(number: Int, name: String): UInt {
    require(number >= 0) { "$name is negative" }
    return number.toUInt()
}
