package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.trunks`, by trunk name.
@ConfigurationProperties("callbridge")
record TrunksProperties(@DefaultValue Map<String, Settings> trunks) {

    TrunksProperties {
        trunks = Map.copyOf(trunks);
    }

    /// One trunk.
    ///
    /// @param peer `host`, `host:port` or `sip:host;transport=tcp`
    /// @param login answers challenges; empty: the trunk knows us by our address
    /// @param callerNumber what telephones see when the caller has no number of its own
    /// @param sources who may call us through this trunk: addresses, CIDR ranges, host names; empty: the peer
    /// @param codecs what the trunk is offered, in our order of preference
    /// @param maxCalls how many calls it carries at once, both directions together
    /// @param probe how often it is asked whether it lives; `0s`: never
    /// @param symmetricRtp whether its sound is sent to where its sound comes from
    /// @param srtp whether its sound is encrypted, with keys in the descriptions
    record Settings(
            @Nullable String peer,
            @Nullable Login login,
            @Nullable String callerNumber,
            @DefaultValue List<String> sources,
            @DefaultValue({"PCMA", "PCMU", "G722"}) List<String> codecs,
            @DefaultValue("30") int maxCalls,
            @DefaultValue("30s") Duration probe,
            @DefaultValue("auto") MediaProfile.SymmetricRtp symmetricRtp,
            @DefaultValue("off") MediaProfile.Srtp srtp) {

        Settings {
            sources = List.copyOf(sources);
            codecs = List.copyOf(codecs);
        }
    }

    /// What answers a trunk's challenges.
    ///
    /// @param realm the only realm that hears about the password; empty: any
    record Login(
            @Nullable String user,
            @Nullable String password,
            @Nullable Path passwordFile,
            @Nullable String realm) {

        /// @param setting where it is written
        String secret(String setting) {
            if (password != null) {
                return password;
            }
            if (passwordFile == null) {
                throw new SettingException(setting, "", "set password or password-file");
            }
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException e) {
                throw new SettingException(setting + "-file", passwordFile, "it must be a file that can be read");
            }
        }

        /// Without the password.
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }
}
