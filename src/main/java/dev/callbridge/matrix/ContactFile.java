package dev.callbridge.matrix;

import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.Contacts;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Names from a file that people may change while the bridge runs; what can't be read leaves the names as they were.
/// From any thread; reads the file where it has changed.
final class ContactFile {

    private static final Logger log = LoggerFactory.getLogger(ContactFile.class);

    /// What a file looked like when it was read.
    private record Seen(FileTime changed, long size) {}

    private final @Nullable Path file;
    private final NumberPlan plan;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Seen seen;
    private volatile Contacts contacts = Contacts.none();

    /// @param file null: there is none
    /// @throws SettingException if the file can't be read now
    ContactFile(@Nullable Path file, NumberPlan plan) {
        this.file = file;
        this.plan = plan;
        if (file != null) {
            try {
                look(file);
            } catch (IOException _) {
                throw new SettingException(
                        "callbridge.dialplan.contacts",
                        file,
                        "there is no such file, or it can't be read; write one number and one name per line, in UTF-8:"
                                + " +4930901820,Reception");
            }
        }
    }

    Optional<String> name(Party party) {
        Path path = file;
        // Who finds somebody else looking takes what is there.
        if (path != null && lock.tryLock()) {
            try {
                look(path);
            } catch (CharacterCodingException _) {
                log.warn("{} is not written in UTF-8: the contacts stay as they are", path);
            } catch (IOException e) {
                log.debug("the contacts stay as they are: {}", e.toString());
            } finally {
                lock.unlock();
            }
        }
        return contacts.name(party);
    }

    private void look(Path path) throws IOException {
        var now = new Seen(Files.getLastModifiedTime(path), Files.size(path));
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        Contacts read = Contacts.read(Files.readAllLines(path), plan);
        contacts = read;
        if (read.unreadable() > 0) {
            log.warn("{} of {} can be used; {} lines can't be read", read, path, read.unreadable());
        } else {
            log.info("{} from {}", read, path);
        }
    }
}
