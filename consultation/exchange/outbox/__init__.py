"""The outbox (发件箱): sealed objects wait here for their slot, in files, ciphertext only."""
