package dev.callbridge.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A child process that takes commands as JSON lines and tells events: the programs of `demo/`.
public final class LineChild implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<JsonNode> events = new ArrayList<>();
    private boolean gone;
    private JsonNode ready = JSON.nullNode();

    private LineChild(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofVirtual().name(name).start(this::read);
    }

    /// Starts a program of `demo/`, for example `browser.py`, and waits until it is ready.
    public static LineChild demo(String script, String... options) {
        var command = new ArrayList<>(List.of("python3", Path.of("demo", script).toString()));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var child = new LineChild(script, process);
            child.ready = child.event("ready", PATIENCE);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + script, e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().map(JSON::readTree).forEach(this::take);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            end();
        }
    }

    private void take(JsonNode message) {
        CompletableFuture<JsonNode> answer =
                message.has("id") ? waiting.remove(message.path("id").asInt()) : null;
        if (answer != null && message.has("error")) {
            answer.completeExceptionally(new AssertionError(name + ": " + message.path("error")));
        } else if (answer != null) {
            answer.complete(message.path("ok"));
        } else {
            lock.lock();
            try {
                events.add(message);
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void end() {
        lock.lock();
        try {
            gone = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.values().forEach(answer -> answer.completeExceptionally(new AssertionError(name + " is gone")));
    }

    /// What it said of itself when it was ready.
    public String said(String field) {
        return ready.path(field).asString();
    }

    /// Gives a command and waits for its answer.
    public JsonNode ask(String command, Map<String, ?> given) {
        return send(command, given)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    public JsonNode ask(String command) {
        return ask(command, Map.of());
    }

    /// Gives a command whose answer may wait.
    public CompletableFuture<JsonNode> send(String command, Map<String, ?> given) {
        int id = ids.incrementAndGet();
        var line = JSON.createObjectNode().put("id", id).put("do", command);
        line.setAll((tools.jackson.databind.node.ObjectNode) JSON.valueToTree(given));
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        try {
            var out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            answer.completeExceptionally(new AssertionError(name + " takes no command", e));
        }
        return answer;
    }

    public JsonNode event(String kind, Duration patience) {
        return event(Map.of("event", kind), patience);
    }

    /// The first event with all these fields, whether it came already or comes in time; each is taken once.
    public JsonNode event(Map<String, ?> fields, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (true) {
                for (JsonNode event : events) {
                    if (fields.entrySet().stream()
                            .allMatch(field -> event.path(field.getKey())
                                    .asString("")
                                    .equals(field.getValue().toString()))) {
                        events.remove(event);
                        return event;
                    }
                }
                long left = until - System.nanoTime();
                if (gone || left <= 0 || arrived.awaitNanos(left) < 0) {
                    throw new AssertionError(
                            name + ": no event " + fields + (gone ? ", it is gone" : "") + "; there are "
                                    + events.stream()
                                            .map(JsonNode::toString)
                                            .map(LineChild::shortened)
                                            .toList());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    private static String shortened(String text) {
        return text.length() < 300 ? text : text.substring(0, 300) + "…";
    }

    /// Ends its standard input, which ends the program and what it started.
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
