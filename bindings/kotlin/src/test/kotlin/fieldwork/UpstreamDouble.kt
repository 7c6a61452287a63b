package fieldwork

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** Stands in for the grid event system `wg`: takes photographs, then messages that name them. */
class UpstreamDouble : AutoCloseable {
    /** A message that was taken, with the sender's key. */
    data class Message(val key: String, val body: JsonObject)

    val messages = ConcurrentLinkedQueue<Message>()
    val photos = ConcurrentLinkedQueue<ByteArray>()
    private val serial = AtomicInteger()

    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply {
        createContext("/api/file") { exchange -> exchange.guarded { """{"url":"${takePhoto(it)}"}""" } }
        createContext("/api/event/report") { exchange -> exchange.guarded { """{"id":"${takeMessage(exchange, it)}"}""" } }
        start()
    }

    /** Where it listens. */
    val address: String = "http://127.0.0.1:${server.address.port}"

    private fun takePhoto(body: ByteArray): String {
        photos += body
        return "$address/photo/${photos.size}.jpg"
    }

    private fun takeMessage(exchange: HttpExchange, body: ByteArray): String {
        val key = exchange.requestHeaders.getFirst("Idempotency-Key") ?: error("no key")
        messages += Message(key, Json.parseToJsonElement(body.decodeToString()).jsonObject)
        return "WG-TEST-${serial.incrementAndGet()}"
    }

    private fun HttpExchange.guarded(take: (ByteArray) -> String) = use {
        val body = requestBody.readAllBytes()
        val answer = if (requestHeaders.getFirst("X-Api-Key") == SECRET) {
            """{"success":true,"data":${take(body)}}"""
        } else {
            """{"success":false,"code":40100,"message":"wrong secret"}"""
        }
        responseHeaders.add("Content-Type", "application/json")
        sendResponseHeaders(200, answer.length.toLong())
        responseBody.write(answer.encodeToByteArray())
    }

    private fun HttpExchange.use(block: HttpExchange.() -> Unit) = try {
        block()
    } finally {
        close()
    }

    override fun close() = server.stop(0)

    companion object {
        const val SECRET = "wg-test-secret"
    }
}
