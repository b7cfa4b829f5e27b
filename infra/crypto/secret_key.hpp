#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ledger::crypto {

// 256 bits that are nobody else's business. Wiped when the object goes.
class SecretKey {
 public:
  static constexpr std::size_t kBytes = 32;

  static SecretKey fresh();
  // Nothing for any other number of bytes.
  static std::optional<SecretKey> of(std::string_view bytes);

  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  SecretKey() = default;

  std::array<char, kBytes> bytes_{};
};

// Takes the bytes away for good, where the compiler would see that nobody reads them any more.
void wipe(char* bytes, std::size_t count);

}  // namespace ledger::crypto
