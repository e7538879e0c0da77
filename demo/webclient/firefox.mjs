// Headless Firefox over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/). Options: --firefox=PATH (or FIREFOX), --hz=440, --verbose.
// It has no sound device, so that no AudioContext ever runs: its microphone is a tone of --hz for as long as it lives, and what
// it hears is known from `stats` only.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";

const preferences = (hz) => ({
    "media.navigator.streams.fake": true, "media.navigator.permission.disabled": true,
    "media.navigator.audio.fake_frequency": hz, "media.autoplay.default": 0, "media.peerconnection.ice.loopback": true,
    "app.normandy.enabled": false, "app.update.enabled": false, "browser.shell.checkDefaultBrowser": false,
    "browser.safebrowsing.malware.enabled": false, "browser.safebrowsing.phishing.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false, "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false, "services.settings.server": "data:,", "toolkit.telemetry.enabled": false,
});

/** {version, open(as, origin, tell): {evaluate(command, given)}, gone(callback), close()} */
export async function launch(options) {
    const profile = mkdtempSync(join(tmpdir(), "firefox-"));
    writeFileSync(join(profile, "user.js"), Object.entries(preferences(Number(options.hz ?? 440)))
        .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(""));
    const path = options.firefox ?? process.env.FIREFOX ?? "/usr/bin/firefox-esr";
    const process_ = spawn(path, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
        { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } });
    const ended = new Promise((resolve) => process_.on("close", resolve));
    const clear = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    const bidi = await connect(await address(process_, "verbose" in options));
    const { capabilities } = await bidi.send("session.new", { capabilities: {} });
    await bidi.send("session.subscribe", { events: ["script.message", "log.entryAdded"] });

    async function open(as, origin, tell) {
        const { userContext } = await bidi.send("browser.createUserContext");
        const { context } = await bidi.send("browsingContext.create", { type: "tab", userContext });
        bidi.on("script.message", ({ channel, data }) => channel === as && tell(JSON.parse(data.value)));
        bidi.on("log.entryAdded", ({ type, level, text, source }) => {
            if (source.context !== context) return;
            if (type === "javascript" && level === "error") tell({ event: "pageError", message: text });
            if ("verbose" in options) process.stderr.write(`${as}: ${text}\n`);
        });
        await bidi.send("script.addPreloadScript", { contexts: [context], arguments: [{ type: "channel", value: { channel: as } }],
            functionDeclaration: "(channel) => { window.report = (message) => channel(JSON.stringify(message)); }" });
        await bidi.send("browsingContext.navigate", { context, url: origin, wait: "complete" });
        const evaluate = async (command, given) => {
            const { result, exceptionDetails } = await bidi.send("script.callFunction", {
                target: { context }, awaitPromise: true, arguments: [{ type: "string", value: JSON.stringify([command, given]) }],
                functionDeclaration: "async (text) => JSON.stringify(await window.run(...JSON.parse(text)))" });
            if (exceptionDetails) throw new Error(exceptionDetails.text);
            return JSON.parse(result.value);
        };
        return { evaluate };
    }

    async function close() {
        await Promise.race([bidi.send("browser.close"), ended]).catch(() => {});
        process_.kill();
        await ended;
        clear();
    }
    return { version: capabilities.browserVersion, open, gone: (callback) => ended.then(() => { clear(); callback(); }), close };
}

/** Where it waits for us; it says so on its standard error. */
function address(process_, verbose) {
    return new Promise((resolve, reject) => {
        process_.on("error", reject);
        process_.on("close", (code) => reject(new Error(`Firefox ended with ${code}`)));
        createInterface({ input: process_.stderr }).on("line", (line) => {
            if (verbose) process.stderr.write(`${line}\n`);
            const found = line.match(/WebDriver BiDi listening on (ws:\S+)/);
            if (found) resolve(`${found[1]}/session`);
        });
    });
}

async function connect(url) {
    const socket = new WebSocket(url, { maxPayload: 2 ** 28 });
    const waiting = new Map(), listeners = [];
    let last = 0;
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    socket.on("message", (text) => {
        const message = JSON.parse(text);
        if (message.type === "event") return listeners.forEach(([method, take]) => method === message.method && take(message.params));
        const { resolve, reject } = waiting.get(message.id);
        waiting.delete(message.id);
        message.type === "success" ? resolve(message.result) : reject(new Error(`${message.error}: ${message.message}`));
    });
    socket.on("close", () => waiting.forEach(({ reject }) => reject(new Error("Firefox is gone"))));
    return {
        on: (method, take) => listeners.push([method, take]),
        send: (method, params = {}) => new Promise((resolve, reject) => {
            waiting.set(++last, { resolve, reject });
            socket.send(JSON.stringify({ id: last, method, params }));
        }),
    };
}
