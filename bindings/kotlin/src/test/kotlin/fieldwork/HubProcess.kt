package fieldwork

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** A real hub in a process of its own, on a free port of the loopback. */
class HubProcess(private val folder: Path, upstream: UpstreamDouble) : AutoCloseable {
    private val data = folder.resolve("hub")
    private val process: Process

    /** Where it listens. */
    val address: String

    init {
        run("init", "--register", Fixture.register.toString(), "--specs", Fixture.specs.toString())
        val upstreams = folder.resolve("upstreams.toml")
        upstreams.writeText("[wg]\nbase_url = \"${upstream.address}\"\nsecret = \"${UpstreamDouble.SECRET}\"\n")
        process = start("serve", "--listen", "127.0.0.1:0", "--upstreams", upstreams.toString())
        val line = process.inputReader().readLine() ?: error("the hub did not start: ${log("serve").readText()}")
        address = Json.parseToJsonElement(line).jsonObject.getValue("listening").jsonPrimitive.content
    }

    /** A one-time code for a worker's phone. */
    fun invite(worker: String): String =
        Json.parseToJsonElement(run("invite", "--worker", worker)).jsonObject.getValue("code").jsonPrimitive.content

    private fun run(command: String, vararg arguments: String): String {
        val process = start(command, *arguments)
        val output = process.inputReader().readText()
        check(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
            "hub $command failed: ${log(command).readText()}"
        }
        return output
    }

    private fun start(command: String, vararg arguments: String): Process {
        Files.createDirectories(folder)
        val program = listOf(System.getProperty("fieldwork.cli"), "--json", "hub", command, "--data", data.toString())
        return ProcessBuilder(program + arguments).redirectError(log(command).toFile()).start()
    }

    private fun log(command: String) = folder.resolve("hub-$command.log")

    override fun close() {
        process.destroy()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
    }
}
