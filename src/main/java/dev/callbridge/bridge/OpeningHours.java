package dev.callbridge.bridge;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Lets calls in once the connectors run, and ends them before a connector stops. A bean of its own that nobody needs:
/// before Spring stops a bean, it stops all that depend on it, whatever their phase, and the connectors depend on the
/// registry.
@Component
public final class OpeningHours implements SmartLifecycle {

    private final CallRegistry registry;

    OpeningHours(CallRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void start() {
        registry.start();
    }

    @Override
    public void stop() {
        registry.stop();
    }

    @Override
    public boolean isRunning() {
        return registry.isRunning();
    }

    /// Phases are stopped in descending order.
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 100;
    }
}
